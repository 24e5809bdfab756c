"""PURE: a policy in sentences, for whoever checks it."""

from collections.abc import Iterator

from genai_sdk.broker.policy import Policy, Subject


def summary(policy: Policy) -> Iterator[str]:
    """Yield what a policy says, a line for each rule, in the order in which they count."""
    if not policy.allow:
        yield "Every project has all of its own connections, with any model."
    for rule in policy.allow:
        models = "any model" if rule.models is None else f"the models {', '.join(rule.models)}"
        yield f"{_who(rule.subject)} may have {_what(rule.subject)} with {models}."
    if policy.allow:
        yield "Nobody has anything else."
    for lived in policy.short_lived:
        by = lived.action if lived.role_arn is None else f"{lived.action} of {lived.role_arn}"
        yield (
            f"{_who(lived.subject)} is given {_what(lived.subject)} for a while only: Google's for an hour, AWS's by "
            f"{by} for {lived.lifetime} s."
        )


def _who(subject: Subject) -> str:
    projects = "every project" if subject.projects == ("*",) else f"project {', '.join(subject.projects)}"
    if subject.public_keys == ("*",):
        return projects[0].upper() + projects[1:]
    return f"Key pair {', '.join(subject.public_keys)} of {projects}"


def _what(subject: Subject) -> str:
    return "every connection" if subject.connections == ("*",) else f"the connections {', '.join(subject.connections)}"
