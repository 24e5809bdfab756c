"""Where the calling host's identity on AWS is looked for, in the order of AWS's own libraries (botocore 1.44.8).

1. the environment (and before all a bearer key for Bedrock), 2. the profile, 3. a web identity, 4. the container,
5. the instance. What only AWS's library does (SSO, other profiles' roles, `credential_process`) it does, if installed.
Everything here blocks; whoever calls it does so on a thread, one at a time.
"""

import functools
import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from genai_sdk.drivers.auth.aws import metadata, sts
from genai_sdk.drivers.auth.aws.profiles import (
    OTHERS,
    ROLES,
    SSO,
    ForeignSources,
    Profile,
    foreign_source,
    parse_profiles,
)
from genai_sdk.drivers.auth.sigv4 import AwsKeys
from genai_sdk.errors import ConfigurationError, GenAIError, SourceUnavailableError
from genai_sdk.http import Deadline, Request, SyncTransport, TransportError, TransportSettings
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

BEARER = "AWS_BEARER_TOKEN_BEDROCK"
_WEB_TOKEN, _ROLE, _SESSION = "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME"
_PATIENCE = 8.0
"""Seconds for one question to STS or a container's service."""
_NEAR = 1.0
"""Seconds for the instance's metadata service, as AWS's libraries: where there is none, nothing answers."""
_LONGEST_FILE = 1024 * 1024


class HostCredentials(msgspec.Struct, frozen=True):
    """What the host has: keys to sign with, or a bearer key.

    Attributes:
        keys: Keys.
        bearer: A bearer key for Bedrock.
        expires: When they run out, in seconds since 1970; None: never, as far as is known.
    """

    keys: AwsKeys | None = None
    bearer: Secret | None = None
    expires: float | None = None


class AwsChain:
    """Finds the host's credentials.

    Args:
        transport: What STS and https addresses are asked over.
        environment: Where variables are read, each time: the process's own, which may change.
        near: What the metadata services are asked over; never a proxy.
    """

    def __init__(
        self,
        transport: SyncTransport,
        *,
        environment: Mapping[str, str] | None = None,
        near: SyncTransport | None = None,
    ) -> None:
        self._transport = transport
        self._given_near = near
        self._environment: Mapping[str, str] = os.environ if environment is None else environment
        self._session: Any = None

    def load(self, region: str | None = None) -> HostCredentials:
        """Return the host's credentials.

        Args:
            region: Whose STS is asked where the environment names no region.

        Raises:
            ConfigurationError: The host has none, or what says where they are is wrong.
            SourceUnavailableError: A service that has them did not answer.
        """
        environment = self._environment
        if bearer := environment.get(BEARER, "").strip():
            return HostCredentials(bearer=Secret(bearer))
        credentials = self._from_environment()
        if credentials is not None:
            return credentials
        profile = self._profile()
        sources: tuple[Callable[[], HostCredentials | None], ...] = (
            lambda: self._from_library(profile, ROLES),
            lambda: self._from_web_identity(profile, region),
            lambda: self._from_library(profile, SSO),
            lambda: _static(profile, "shared "),
            lambda: self._from_library(profile, OTHERS),
            lambda: _static(profile),
            self._from_container,
            self._from_instance,
        )
        for source in sources:
            if (credentials := source()) is not None:
                return credentials
        raise ConfigurationError(
            Sentence.of(
                "aws.nobody",
                "this host has no AWS credentials: there are none in the environment (AWS_ACCESS_KEY_ID, "
                "{web_token}, {bearer}), in the profile {profile!r}, in a container or on an instance; "
                "give the connection keys of its own, or the host an identity",
                web_token=_WEB_TOKEN,
                bearer=BEARER,
                profile=self._profile_name(),
            )
        )

    @functools.cached_property
    def _near(self) -> SyncTransport:
        return self._given_near or SyncTransport(TransportSettings())

    def close(self) -> None:
        """Close what the metadata services are asked over."""
        if "_near" in vars(self):
            self._near.close()

    def _from_environment(self) -> HostCredentials | None:
        environment = self._environment
        ident = environment.get("AWS_ACCESS_KEY_ID", "").strip()
        if not ident:
            return None
        secret = environment.get("AWS_SECRET_ACCESS_KEY", "").strip()
        if not secret:
            raise ConfigurationError(
                Sentence.of(
                    "aws.half_key", "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not: set both, or neither"
                )
            )
        token = environment.get("AWS_SESSION_TOKEN") or environment.get("AWS_SECURITY_TOKEN") or None
        expires = environment.get("AWS_CREDENTIAL_EXPIRATION")
        return HostCredentials(_keys(ident, secret, token), expires=_instant(expires) if expires else None)

    def _profile_name(self) -> str:
        environment = self._environment
        return environment.get("AWS_PROFILE") or environment.get("AWS_DEFAULT_PROFILE") or "default"

    def _profile(self) -> Profile:
        """Return the profile that counts, of both files: in the one of credentials a key counts before the other's."""
        name = self._profile_name()
        config = self._file("AWS_CONFIG_FILE", "~/.aws/config", is_config=True)
        shared = self._file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", is_config=False)
        if name not in config and name not in shared and name != "default":
            known = ", ".join(sorted({*config, *shared})) or "none"
            raise ConfigurationError(
                Sentence.of(
                    "aws.no_profile",
                    "AWS_PROFILE names {name!r}, and there is no such profile: there are {known}",
                    name=name,
                    known=known,
                )
            )
        own = {f"shared {key}": value for key, value in shared.get(name, {}).items()}
        return {**config.get(name, {}), **shared.get(name, {}), **own}

    def _file(self, variable: str, default: str, *, is_config: bool) -> dict[str, Profile]:
        path = Path(self._environment.get(variable) or default).expanduser()
        text = _read(path)
        return {} if text is None else parse_profiles(text, str(path), is_config=is_config)

    def _from_web_identity(self, profile: Profile, region: str | None) -> HostCredentials | None:
        environment = self._environment
        file = environment.get(_WEB_TOKEN) or profile.get("web_identity_token_file")
        if not file:
            return None
        role = environment.get(_ROLE) or profile.get("role_arn")
        if not role:
            raise ConfigurationError(
                Sentence.of(
                    "aws.no_role", "there is a web identity's token file and no role for it: set {role}", role=_ROLE
                )
            )
        token = _read(Path(file).expanduser())
        if not token:
            raise ConfigurationError(
                Sentence.of("aws.token_file", "the web identity's token file {file} is missing or empty", file=file)
            )
        region = (
            environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or profile.get("region") or region
        )
        endpoint = environment.get("AWS_ENDPOINT_URL_STS", "").rstrip("/") or sts.sts_endpoint(region or "us-east-1")
        session = environment.get(_SESSION) or profile.get("role_session_name") or f"genai-sdk-{int(time.time())}"
        request = sts.web_identity_request(endpoint=endpoint, role=role, session=session, token=token.strip())
        status, body = self._ask(self._transport, request, _PATIENCE, "AWS STS")
        text = body.decode("utf-8", "replace")
        if status != 200:
            code, message = sts.field(text, "Code") or str(status), sts.field(text, "Message") or "no reason given"
            raise _refused("AWS STS", status, f"{code}: {message.replace(token.strip(), '***')}")
        return _credentials("AWS STS", text, sts.field, ("AccessKeyId", "SecretAccessKey", "SessionToken"))

    def _from_container(self) -> HostCredentials | None:
        url = metadata.container_url(self._environment)
        if url is None:
            return None
        token = self._environment.get(metadata.CONTAINER_TOKEN)
        if file := self._environment.get(metadata.CONTAINER_TOKEN_FILE):
            token = _read(Path(file))  # anew each time: EKS renews it
            if not token:
                raise ConfigurationError(
                    Sentence.of(
                        "aws.container_file",
                        "the container's authorization token file {file} is missing or empty",
                        file=file,
                    )
                )
        transport = self._transport if url.startswith("https:") else self._near
        request = metadata.container_request(url, token.strip() if token else None)
        status, body = self._ask(transport, request, _PATIENCE, "the container's credentials service")
        if status != 200:
            raise _refused("the container's credentials service", status, "")
        return _from_json("the container's credentials service", body)

    def _from_instance(self) -> HostCredentials | None:
        root = metadata.instance_root(self._environment)
        if root is None:
            return None
        service = "the instance's metadata service"
        try:
            status, token = self._ask(self._near, metadata.token_request(root), _NEAR, service)
        except SourceUnavailableError:
            return None  # no instance of AWS
        if status != 200:
            return None
        session = token.decode("ascii", "replace").strip()
        status, role = self._ask(self._near, metadata.role_request(root, session), _NEAR, service)
        if status != 200 or not role.strip():
            return None  # an instance without a role
        name = role.decode("utf-8", "replace").split()[0]
        status, body = self._ask(self._near, metadata.role_request(root, session, name), _NEAR, service)
        if status != 200:
            raise _refused(service, status, "")
        return _from_json(service, body)

    def _ask(self, transport: SyncTransport, request: Request, seconds: float, service: str) -> tuple[int, bytes]:
        try:
            response = transport.open(request, Deadline(seconds, connect=seconds))
            return response.status, response.read()
        except TransportError as error:
            failed = str(error)
        raise SourceUnavailableError(
            Sentence.of("aws.no_answer", "{service} did not answer: {failed}", service=service, failed=failed)
        )

    def _from_library(self, profile: Profile, sources: ForeignSources) -> HostCredentials | None:
        what = foreign_source(profile, sources)
        if what is None:
            return None
        try:
            from botocore.session import Session  # slow to import, and seldom needed
        except ImportError:
            raise ConfigurationError(
                Sentence.of(
                    "aws.needs_library",
                    "the AWS profile {profile!r} takes its credentials from {what}, which needs AWS's own "
                    "library: pip install 'genai-sdk-langfuse[aws]'",
                    profile=self._profile_name(),
                    what=what,
                )
            ) from None
        failure = ""
        try:
            if self._session is None:
                self._session = Session(profile=self._profile_name()).get_credentials()
            frozen = self._session.get_frozen_credentials() if self._session is not None else None
        except Exception as error:  # noqa: BLE001 - botocore raises anything, and its texts may quote what it read
            failure, frozen = type(error).__name__, None
        if frozen is None or not frozen.access_key:
            self._session = None
            raise ConfigurationError(
                Sentence.of(
                    "aws.profile_empty",
                    "the AWS profile {profile!r} brought no credentials from {what}{failure}",
                    profile=self._profile_name(),
                    what=what,
                    failure=f" ({failure})" if failure else "",
                )
            )
        # The library renews what it got by itself; it only has to be asked again.
        return HostCredentials(_keys(frozen.access_key, frozen.secret_key, frozen.token), expires=time.time() + 900)


def _static(profile: Profile, prefix: str = "") -> HostCredentials | None:
    """Return a profile's own keys; with "shared " as the prefix only those of the credentials file."""
    ident, secret = profile.get(f"{prefix}aws_access_key_id"), profile.get(f"{prefix}aws_secret_access_key")
    if not ident and not secret:
        return None
    if not ident or not secret:
        raise ConfigurationError(
            Sentence.of(
                "aws.half_profile", "an AWS profile has one of aws_access_key_id and aws_secret_access_key: give both"
            )
        )
    return HostCredentials(_keys(ident, secret, profile.get(f"{prefix}aws_session_token")))


def _keys(ident: str, secret: str, token: str | None) -> AwsKeys:
    return AwsKeys(Secret(ident), Secret(secret), Secret(token) if token else None)


def _from_json(service: str, body: bytes) -> HostCredentials:
    try:
        data = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise ConfigurationError(
            Sentence.of("aws.no_object", "{service} answered with no JSON object", service=service)
        )
    if data.get("Code", "Success") != "Success":
        raise ConfigurationError(
            Sentence.of(
                "aws.none_given", "{service} has no credentials to give ({code})", service=service, code=data["Code"]
            )
        )
    return _credentials(service, data, dict.get, ("AccessKeyId", "SecretAccessKey", "Token"))


def _credentials(
    service: str, data: Any, get: Callable[[Any, str], Any], names: tuple[str, str, str]
) -> HostCredentials:
    ident, secret, token = (get(data, name) for name in names)
    if not ident or not secret:
        raise ConfigurationError(
            Sentence.of(
                "aws.lacks",
                "{service} answered without {first} and {second}",
                service=service,
                first=names[0],
                second=names[1],
            )
        )
    expiration = get(data, "Expiration")
    return HostCredentials(_keys(ident, secret, token), expires=_instant(expiration) if expiration else None)


def _refused(service: str, status: int, reason: str) -> GenAIError:
    text = Sentence.of(
        "aws.answered",
        "{service} answered {status}{reason}",
        service=service,
        status=status,
        reason=f" ({reason})" if reason else "",
    )
    return SourceUnavailableError(text) if status >= 500 or status == 429 else ConfigurationError(text)


def _instant(text: str) -> float:
    try:
        moment = datetime.fromisoformat(str(text).strip())
    except ValueError:
        raise ConfigurationError(
            Sentence.of("aws.end_form", "the end of the AWS credentials' life is no ISO 8601 time")
        ) from None
    if moment.tzinfo is None:
        raise ConfigurationError(Sentence.of("aws.end_zone", "the end of the AWS credentials' life has no time zone"))
    return moment.timestamp()


def _read(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST_FILE)
    except OSError:
        return None
