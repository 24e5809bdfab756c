"""Files that vendors keep, from their upload to their end, on every vendor that keeps some."""

import io
from pathlib import Path
from typing import Any

import pytest
from tests.jobs.conftest import MODELS, Face
from tests.operations.conftest import Project

from genai_sdk import (
    AuthenticationError,
    BadRequestError,
    ConnectionNotFoundError,
    FileObject,
    InvalidRequestError,
    ModelNotFoundError,
    PermissionDeniedError,
    ProviderUnavailableError,
)
from genai_sdk.testing import FakeProvider, Reply, Status
from genai_sdk.testing.langfuse import FakeLangfuse

PDF = b"%PDF-1.7 a page"
KINDS = {"openai": "file-", "azure": "file-", "anthropic": "file_", "google-ai-studio": "file"}
LIVES = ("openai", "azure", "anthropic")


@pytest.fixture(params=MODELS)
def adapter(request: pytest.FixtureRequest) -> str:
    """Every adapter that keeps files."""
    return str(request.param)


def test_a_file_is_uploaded_found_and_deleted(face: Face, project: Project, fake: FakeProvider, adapter: str) -> None:
    client = project.client()
    file = face.files(client, "create", ("report.pdf", PDF), adapter)
    (kept,) = fake.files
    assert (kept.content, kept.name, kept.media_type) == (PDF, "report.pdf", "application/pdf")
    assert isinstance(file, FileObject)
    assert (file.id, file.connection, file.vendor_id) == (f"{adapter}/files/{kept.id}", adapter, kept.id)
    assert (file.name, file.size, file.status) == ("report.pdf", len(PDF), "processed")
    assert file.created_at == 1_700_000_000
    elsewhere = project.client()
    assert face.files(elsewhere, "retrieve", file.id) == file
    face.files(elsewhere, "delete", file.id)
    assert len(fake.files) == 0
    with pytest.raises((ModelNotFoundError, PermissionDeniedError)):
        face.files(client, "retrieve", file.id)


@pytest.mark.parametrize("form", ["path", "text", "bytes", "open", "named", "typed"])
def test_a_file_is_given_in_any_form(
    face: Face, project: Project, fake: FakeProvider, adapter: str, form: str, tmp_path: Path
) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(PDF)
    with path.open("rb") as opened:
        forms: dict[str, Any] = {
            "path": path,
            "text": str(path),
            "bytes": PDF,
            "open": opened,
            "named": ("report.pdf", io.BytesIO(PDF)),
            "typed": ("report", PDF, "application/pdf"),
        }
        face.files(project.client(), "create", forms[form], adapter)
    (kept,) = fake.files
    assert (kept.content, kept.media_type) == (PDF, "application/pdf")


def test_the_files_of_a_connection_are_listed_page_by_page(
    face: Face, project: Project, fake: FakeProvider, adapter: str
) -> None:
    for place in range(5):
        fake.files.keep(KINDS[adapter], f"{place}.txt", b"text")
    fake.files.keep("another's", "other.txt", b"text")
    client = project.client()
    assert [file.name for file in face.files(client, "list", adapter)] == [f"{place}.txt" for place in range(4, -1, -1)]
    assert [file.name for file in face.files(client, "list", adapter, limit=2)] == ["4.txt", "3.txt"]


@pytest.mark.parametrize("adapter", ["anthropic", "google-ai-studio"])
def test_pages_are_followed_to_the_end(
    face: Face, project: Project, fake: FakeProvider, adapter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = {"anthropic": "anthropic_files", "google-ai-studio": "gemini_files"}[adapter]
    monkeypatch.setattr(f"genai_sdk.jobs.{home}._PAGE", 2)  # the vendors' own pages hold 1,000 and 100
    for place in range(5):
        fake.files.keep(KINDS[adapter], f"{place}.txt", b"text")
    listed = face.files(project.client(), "list", adapter, limit=4)
    assert [file.name for file in listed] == ["4.txt", "3.txt", "2.txt", "1.txt"]
    assert len(fake.journal) == 2


def test_what_a_vendor_has_made_is_downloaded(face: Face, project: Project, fake: FakeProvider, adapter: str) -> None:
    made = fake.files.keep(KINDS[adapter], "chart.png", b"\x89PNG\x00\xff", media_type="image/png", generated=True)
    assert face.files(project.client(), "content", f"{adapter}/files/{made.id}") == b"\x89PNG\x00\xff"


@pytest.mark.parametrize("adapter", ["anthropic", "google-ai-studio"])
def test_what_a_vendor_gives_out_to_nobody_says_so(face: Face, project: Project, adapter: str) -> None:
    client = project.client()
    file = face.files(client, "create", PDF, adapter)
    with pytest.raises(BadRequestError, match="download"):
        face.files(client, "content", file.id)


@pytest.mark.parametrize("adapter", ["openai", "azure"])
def test_a_purpose_is_what_requests_can_name_unless_it_is_said(
    face: Face, project: Project, fake: FakeProvider, adapter: str
) -> None:
    client = project.client()
    file = face.files(client, "create", PDF, adapter)
    assert file.purpose == {"openai": "user_data", "azure": "assistants"}[adapter]
    assert face.files(client, "create", b"{}\n", adapter, purpose="batch").purpose == "batch"
    assert [kept.purpose for kept in fake.files] == [file.purpose, "batch"]


@pytest.mark.parametrize("adapter", LIVES)
def test_a_file_may_be_given_an_end(face: Face, project: Project, adapter: str) -> None:
    seconds = 15 * 86_400
    file = face.files(project.client(), "create", PDF, adapter, expires_after=seconds)
    assert file.expires_at == file.created_at + seconds


@pytest.mark.parametrize(
    ("adapter", "arguments", "message"),
    [
        ("anthropic", {"purpose": "user_data"}, r"files on 'anthropic' \(anthropic\) have no purpose: leave it out"),
        ("google-ai-studio", {"purpose": "x"}, "have no purpose"),
        ("google-ai-studio", {"expires_after": 7_200}, "is Google's to say: leave expires_after out"),
        ("openai", {"expires_after": 60}, "whole number of seconds, 3,600 to 2,592,000 on 'openai', not 60"),
        ("azure", {"expires_after": 7_200}, "1,209,600 to 2,592,000 on 'azure', not 7200"),
        ("anthropic", {"expires_after": 7_776_001}, "3,600 to 7,776,000 on 'anthropic'"),
        ("openai", {"expires_after": True}, "whole number of seconds, .* not True"),
        ("openai", {"purpose": ""}, "purpose must be a text such as"),
        ("openai", {"purpose": 5}, "purpose must be a text such as .*, not 5"),
        ("openai", {"file": b""}, "file is empty"),
        ("openai", {"file": 5}, "file must be a path, bytes, a file opened with 'rb', or"),
        ("openai", {"file": "there-is-none.pdf"}, "file cannot be read from 'there-is-none.pdf'"),
        (
            "openai",
            {"file": ("a.txt", b"a", "text/plain\r\nx: y")},
            "the MIME type of file must be one such as 'text/plain'",
        ),
        ("openai", {"file": ("a.txt", b"a", 5)}, "the MIME type of file must be one such as 'text/plain'"),
    ],
)
def test_a_wrong_upload_is_refused_before_anything_is_sent(
    face: Face, project: Project, fake: FakeProvider, adapter: str, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        face.files(project.client(), "create", **{"file": PDF, "connection": adapter, **arguments})
    assert not fake.journal


@pytest.mark.parametrize("method", ["retrieve", "delete", "content"])
@pytest.mark.parametrize("ident", ["file-1", "openai/file-1", "openai/file/file-1", "/files/a", "a/files/", 5, None])
def test_what_is_no_id_is_refused(face: Face, project: Project, fake: FakeProvider, method: str, ident: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"is no file's id: one is .* 'openai_test/files/file-abc123'"):
        face.files(project.client(), method, ident)
    assert not fake.journal


@pytest.mark.parametrize("limit", [0, -1, True, "5", None])
def test_a_limit_is_a_number(face: Face, project: Project, fake: FakeProvider, limit: Any) -> None:
    with pytest.raises(InvalidRequestError, match="limit must be a whole number from 1"):
        face.files(project.client(), "list", "openai", limit=limit)
    assert not fake.journal


@pytest.mark.parametrize(("adapter", "instead"), [("bedrock", "s3://"), ("google-vertex-ai", "gs://")])
def test_who_keeps_no_files_says_what_there_is_instead(
    face: Face, project: Project, fake: FakeProvider, adapter: str, instead: str
) -> None:
    project.connect(adapter, adapter, fake, "some-model")
    with pytest.raises(InvalidRequestError, match=f"has no files here: .*{instead}"):
        face.files(project.client(), "create", PDF, adapter)
    assert not [entry for entry in fake.journal if entry.operation != "token"]


def test_a_connection_that_is_gone_is_named(face: Face, project: Project) -> None:
    with pytest.raises(ConnectionNotFoundError, match=r"no connection 'gone', where the file is; it has openai, azure"):
        face.files(project.client(), "retrieve", "gone/files/file-1")


def test_a_name_with_a_slash_in_it_is_found_again(face: Face, project: Project, fake: FakeProvider) -> None:
    project.connect("team/a %", "openai", fake, "gpt-4o-mini")
    client = project.client()
    file = face.files(client, "create", PDF, "team/a %")
    assert file.id.startswith("team%2Fa%20%25/files/file-")
    assert face.files(client, "retrieve", file.id) == file


def test_an_upload_is_not_made_twice_and_a_look_is(face: Face, project: Project, fake: FakeProvider) -> None:
    client = project.client(router_args={"num_retries": 2})
    fake.script(Status(500), operation="file")
    with pytest.raises(ProviderUnavailableError):
        face.files(client, "create", PDF, "openai")
    file = face.files(client, "create", PDF, "openai")
    fake.script(Status(503), operation="file")
    assert face.files(client, "retrieve", file.id) == file


def test_a_refused_key_is_no_secret(face: Face, project: Project, fake: FakeProvider) -> None:
    fake.accept("sk-another")
    try:
        with pytest.raises(AuthenticationError) as caught:
            face.files(project.client(), "create", PDF, "openai")
    finally:
        fake.accept()
    assert "sk-canary" not in str(caught.value)


def test_bytes_go_to_the_connection_s_own_host_whatever_google_answers(
    face: Face, project: Project, fake: FakeProvider
) -> None:
    with FakeProvider("elsewhere") as elsewhere:
        header = {"x-goog-upload-url": f"{elsewhere.url}/upload/v1beta/files?upload_id=nobody-s"}
        fake.script(Reply(headers=header), operation="file")
        with pytest.raises(PermissionDeniedError):
            face.files(project.client(), "create", PDF, "google-ai-studio")
        assert len(elsewhere.journal) == 0
    assert len(fake.journal) == 2


def test_files_are_listed_behind_one(face: Face, project: Project, fake: FakeProvider, adapter: str) -> None:
    for place in range(4):
        fake.files.keep(KINDS[adapter], f"{place}.txt", b"text")
    client = project.client()
    last = face.files(client, "list", adapter, limit=2)[-1]
    assert [file.name for file in face.files(client, "list", adapter, after=last.id)] == ["1.txt", "0.txt"]
    assert [file.name for file in face.files(client, "list", adapter, limit=1, after=last.id)] == ["1.txt"]
    with pytest.raises(InvalidRequestError, match="after names one of the files of 'gone'"):
        face.files(client, "list", adapter, after="gone/files/file-1")


def test_files_of_a_purpose_are_listed_where_there_are_purposes(
    face: Face, project: Project, fake: FakeProvider
) -> None:
    fake.files.keep("file-", "a.txt", b"text", purpose="user_data")
    fake.files.keep("file-", "b.txt", b"text", purpose="batch")
    fake.files.keep("file_", "c.txt", b"text")
    client = project.client()
    assert [file.name for file in face.files(client, "list", "openai", purpose="batch")] == ["b.txt"]
    assert [file.connection for file in face.files(client, "list", purpose="batch")] == ["openai", "azure"]
    with pytest.raises(InvalidRequestError, match="'anthropic' has no files here: its files have no purposes"):
        face.files(client, "list", "anthropic", purpose="batch")


def test_the_only_connection_that_keeps_files_need_not_be_named(face: Face, fake: FakeProvider) -> None:
    with FakeLangfuse() as langfuse:
        project = Project(langfuse)
        try:
            project.connect("bedrock", "bedrock", fake, "claude")
            with pytest.raises(InvalidRequestError, match="none of this project's keeps files"):
                face.files(project.client(), "create", PDF)
            project.connect("only", "openai", fake, "gpt-4o")
            assert face.files(project.client(), "create", PDF).connection == "only"
            project.connect("more", "anthropic", fake, "claude")
            with pytest.raises(InvalidRequestError, match="several keep files: only, more"):
                face.files(project.client(), "create", PDF)
        finally:
            project.close()
