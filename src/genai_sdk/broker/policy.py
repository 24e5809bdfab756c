"""PURE: who may have which connections, which models of them, and which of them only for a while.

Rules come from a TOML file (`genai docs broker`). Without any `[[allow]]` every project has all of its own connections;
with one, only what some `[[allow]]` names. Nobody ever has another project's: that is not the policy's to say.
"""

import tomllib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Literal

import msgspec

from genai_sdk.connections import ConnectionRecord
from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

Action = Literal["GetSessionToken", "AssumeRole"]
Patterns = tuple[str, ...]

_EVERY: Patterns = ("*",)
_SHORTEST, _LONGEST = 1_800, 43_200
"""Seconds of an AWS session: half an hour, so that what is handed out lasts, and AWS's own limit for a role."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Whom and what a rule is about; patterns with `*` and `?`, in the case that they are written in.

    Attributes:
        projects: Ids of projects.
        public_keys: Public keys.
        connections: Names of connections.
    """

    projects: Patterns = _EVERY
    public_keys: Patterns = _EVERY
    connections: Patterns = _EVERY

    def is_about(self, project: str, public_key: str, connection: str) -> bool:
        """Whether the rule speaks of this connection for this caller."""
        wanted = ((self.projects, project), (self.public_keys, public_key), (self.connections, connection))
        return all(any(fnmatchcase(name, pattern) for pattern in patterns) for patterns, name in wanted)


class Allow(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller may have.

    Attributes:
        subject: Who, and which connections.
        models: Patterns of model ids, in any case; None for all.
    """

    subject: Subject
    models: Patterns | None = None


class ShortLived(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller is given for a while only.

    Attributes:
        subject: Who, and which connections.
        action: What AWS is asked for.
        role_arn: The role of `AssumeRole`.
        external_id: The role's external id, or None.
        lifetime: Seconds of an AWS session; a Google token lasts an hour, whatever is said.
        endpoint: The root of STS; None for the region's own.
    """

    subject: Subject
    action: Action = "GetSessionToken"
    role_arn: str | None = None
    external_id: str | None = None
    lifetime: int = 3_600
    endpoint: str | None = None


class Policy(msgspec.Struct, frozen=True):
    """The rules.

    Attributes:
        allow: Who may have what; empty for everything.
        short_lived: What of it only for a while; the first that fits counts.
    """

    allow: tuple[Allow, ...] = ()
    short_lived: tuple[ShortLived, ...] = ()

    def permit(self, project: str, public_key: str, record: ConnectionRecord) -> ConnectionRecord | None:
        """Return a connection as a caller may have it, or None."""
        if not self.allow:
            return record
        rules = [rule for rule in self.allow if rule.subject.is_about(project, public_key, record.name)]
        if not rules:
            return None
        if any(rule.models is None for rule in rules):
            return record
        models = tuple(dict.fromkeys(pattern for rule in rules for pattern in rule.models or ()))
        custom = tuple(model for model in record.custom_models if model and _allowed(model, models))
        return msgspec.structs.replace(record, models=models, custom_models=custom)

    def lifetime_of(self, project: str, public_key: str, connection: str) -> ShortLived | None:
        """Return the rule by which a caller has a connection for a while only, or None."""
        rules = (rule for rule in self.short_lived if rule.subject.is_about(project, public_key, connection))
        return next(rules, None)


def read_policy(text: str, named: str) -> Policy:
    """Read a policy.

    Args:
        text: TOML.
        named: The file, for messages.

    Raises:
        ConfigurationError: It is no TOML, or a rule is not one; the message says which, and what there is.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            Sentence.of("policy.no_toml", "the policy {named} is no TOML: {error}", named=named, error=error)
        ) from None
    _only(tables, ("allow", "short_lived"), named, "the policy")
    allow = tuple(_allow(table, _where("allow", number, named)) for number, table in _tables(tables, "allow", named))
    lived = tuple(
        _short_lived(table, _where("short_lived", number, named))
        for number, table in _tables(tables, "short_lived", named)
    )
    return Policy(allow, lived)


def _allow(table: Mapping[str, Any], where: str) -> Allow:
    _only(table, (*_SUBJECT, "models"), where, "a rule of [[allow]]")
    models = _patterns(table["models"], "models", where) if "models" in table else None
    return Allow(subject=_subject(table, where), models=models)


def _short_lived(table: Mapping[str, Any], where: str) -> ShortLived:
    _only(table, (*_SUBJECT, "aws"), where, "a rule of [[short_lived]]")
    aws = table.get("aws", {})
    if not isinstance(aws, dict):
        raise ConfigurationError(
            Sentence.of(
                "policy.aws", "{where}: aws must be a table such as {{ action = 'GetSessionToken' }}", where=where
            )
        )
    _only(aws, ("action", "role_arn", "external_id", "lifetime", "endpoint"), where, "aws")
    action, role, lifetime = aws.get("action", "GetSessionToken"), aws.get("role_arn"), aws.get("lifetime", 3_600)
    if action not in ("GetSessionToken", "AssumeRole"):
        raise ConfigurationError(
            Sentence.of(
                "policy.action",
                "{where}: action is {action!r}; it is GetSessionToken or AssumeRole",
                where=where,
                action=action,
            )
        )
    if (action == "AssumeRole") != (role is not None):
        raise ConfigurationError(
            Sentence.of(
                "policy.role", "{where}: AssumeRole takes a role_arn, and GetSessionToken takes none", where=where
            )
        )
    for name in ("role_arn", "external_id", "endpoint"):
        if name in aws and (not isinstance(aws[name], str) or not aws[name]):
            raise ConfigurationError(
                Sentence.of("policy.text", "{where}: {name} must be a string", where=where, name=name)
            )
    if isinstance(lifetime, bool) or not isinstance(lifetime, int) or not _SHORTEST <= lifetime <= _LONGEST:
        raise ConfigurationError(
            Sentence.of(
                "policy.lifetime",
                "{where}: lifetime must be a number of seconds from {shortest} to {longest}",
                where=where,
                shortest=_SHORTEST,
                longest=_LONGEST,
            )
        )
    return ShortLived(
        subject=_subject(table, where),
        action=action,
        role_arn=role,
        external_id=aws.get("external_id"),
        lifetime=lifetime,
        endpoint=str(aws["endpoint"]).rstrip("/") if "endpoint" in aws else None,
    )


_SUBJECT = ("projects", "public_keys", "connections")


def _subject(table: Mapping[str, Any], where: str) -> Subject:
    return Subject(**{name: _patterns(table[name], name, where) for name in _SUBJECT if name in table})


def _patterns(item: Any, name: str, where: str) -> Patterns:
    fits = isinstance(item, list) and item and all(isinstance(each, str) and each for each in item)
    if not fits:
        raise ConfigurationError(
            Sentence.of(
                "policy.names",
                "{where}: {name} must be a list of names or patterns, such as ['gpt-*'], and not empty",
                where=where,
                name=name,
            )
        )
    return tuple(item)


def _tables(tables: Mapping[str, Any], name: str, named: str) -> Sequence[tuple[int, Mapping[str, Any]]]:
    rules = tables.get(name, [])
    if not isinstance(rules, list) or not all(isinstance(each, dict) for each in rules):
        raise ConfigurationError(
            Sentence.of(
                "policy.tables",
                "the policy {named}: {name} must be tables, each under [[{name}]]",
                named=named,
                name=name,
            )
        )
    return list(enumerate(rules, 1))


def _only(table: Mapping[str, Any], known: Sequence[str], where: str, what: str) -> None:
    unknown = [name for name in table if name not in known]
    if unknown:
        raise ConfigurationError(
            Sentence.of(
                "policy.unknown",
                "{where}: {what} has no {unknown}; it has {known}",
                where=where,
                what=what,
                unknown=", ".join(unknown),
                known=", ".join(known),
            )
        )


def _where(name: str, number: int, named: str) -> str:
    return f"the policy {named}, number {number} of [[{name}]]"


def _allowed(model: str, patterns: Patterns) -> bool:
    return any(fnmatchcase(model.lower(), pattern.lower()) for pattern in patterns)
