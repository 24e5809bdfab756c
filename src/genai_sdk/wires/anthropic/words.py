"""Every word that the Messages API answers with, and what it means here.

A word that no row names keeps its native form and is never taken for a success; `tests/vendors` holds these tables to
the types of the installed package, its beta types included.
"""

from collections.abc import Mapping, Set
from types import MappingProxyType
from typing import Literal

from genai_sdk.wires.refusal import WORDS, RefusalKind, Words


def _names(text: str) -> Set[str]:
    return frozenset(text.split())


SOURCE = "anthropic 2.14.0"
"""The package, and its version, that every row below was read from."""

API_VERSION = "2026-10-21"
"""The version of the API that these are the words of: `_constants.ANTHROPIC_API_VERSION`."""

STOP_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "end_turn": "stop",
        "stop_sequence": "stop",
        "tool_use": "tool_calls",
        "max_tokens": "length",
        "model_context_window_exceeded": "length",
        "pause_turn": "length",  # the turn is not over: whoever sends the answer back lets the model go on
        "compaction": "length",  # beta: what was said so far was summarised, and the turn is not over
        "refusal": "content_filter",
    }
)
"""`StopReason` and `BetaStopReason`: the finish reason in OpenAI's words."""

Treatment = Literal["text", "thinking", "call", "native"]

BLOCKS: Mapping[str, Treatment] = MappingProxyType(
    {
        "text": "text",
        "thinking": "thinking",
        "redacted_thinking": "thinking",
        "tool_use": "call",
        # What follows was run by the server, or says what the server did: no call for the client to make.
        "server_tool_use": "native",
        "web_search_tool_result": "native",
        "web_fetch_tool_result": "native",
        "code_execution_tool_result": "native",
        "bash_code_execution_tool_result": "native",
        "text_editor_code_execution_tool_result": "native",
        "tool_search_tool_result": "native",
        "container_upload": "native",
        "advisor_tool_result": "native",
        "mcp_tool_use": "native",
        "mcp_tool_result": "native",
        "mcp_tool_listing": "native",
        "compaction": "native",
        "fallback": "native",
    }
)
"""`ContentBlock` and `BetaContentBlock`: what becomes of a block; a native one is kept in `content_blocks` alone."""

EVENTS: Set[str] = frozenset(
    {
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "ping",  # https://docs.anthropic.com/en/docs/build-with-claude/streaming: in the stream, not in the types
        "error",
    }
)
"""`RawMessageStreamEvent`."""

Joined = Literal["text", "json", "value", "item", "fields"]

DELTAS: Mapping[str, tuple[str, str, Joined]] = MappingProxyType(
    {
        "text_delta": ("text", "text", "text"),
        "thinking_delta": ("thinking", "thinking", "text"),
        "signature_delta": ("signature", "signature", "value"),
        "input_json_delta": ("partial_json", "input", "json"),
        "citations_delta": ("citation", "citations", "item"),
        "compaction_delta": ("content", "content", "fields"),  # beside it `encrypted_content`
    }
)
"""`RawContentBlockDelta` and its beta: the delta's field, the block's, and how the one goes into the other."""

PASSING: Set[str] = frozenset({"estimated_tokens"})
"""Of a delta of thinking: how much was thought so far, about; it is in no whole answer, and left out."""

MESSAGE: Mapping[str, str] = MappingProxyType(
    {
        "id": "id",
        "type": "left out: it is always `message`",
        "role": "the message's role",
        "model": "model",
        "content": "the message: `blocks`",
        "stop_reason": "finish_reason, and native_finish_reason beside it",
        "stop_sequence": "the choice's own stop_sequence",
        "stop_details": "the choice's own stop_details",
        "usage": "usage",
        "container": "kept",
        "diagnostics": "kept",
        "context_management": "kept",
        "input_transformations": "kept",
    }
)
"""`Message`, `BetaMessage` and the events that carry their fields; what is kept, the answer has under the same name."""

USAGE: Mapping[str, str] = MappingProxyType(
    {
        "input_tokens": "prompt_tokens, with what was read from and written to the cache",
        "output_tokens": "completion_tokens",
        "cache_read_input_tokens": "prompt_tokens_details.cached_tokens",
        "cache_creation_input_tokens": "prompt_tokens_details.cache_creation_tokens",
        "cache_creation": "prompt_tokens_details.cache_creation_token_details",
        "output_tokens_details": "completion_tokens_details, thinking_tokens as reasoning_tokens",
        "server_tool_use": "kept",
        "service_tier": "kept",
        "speed": "kept",
        "inference_geo": "kept",
        "iterations": "kept; those of a compaction are added to the tokens, which do not include them",
        "fallback_credit": "kept",
    }
)
"""`Usage`, `BetaUsage`, and the usage of `message_delta`."""

SERVER_TOOL_USE: Set[str] = frozenset({"web_search_requests", "web_fetch_requests"})
"""`ServerToolUsage`: kept under the same names; searches cost money."""

ERROR_TYPES: Mapping[str, int] = MappingProxyType(
    {
        "invalid_request_error": 400,
        "authentication_error": 401,
        "billing_error": 402,
        "permission_error": 403,
        "not_found_error": 404,
        "conflict_error": 409,
        "memory_precondition_failed_error": 409,
        "memory_path_conflict_error": 409,
        "request_too_large": 413,  # https://docs.anthropic.com/en/api/errors
        "rate_limit_error": 429,
        "api_error": 500,
        "timeout_error": 504,
        "overloaded_error": 529,
    }
)
"""`ErrorType`: the HTTP status that a type stands for, which an error inside a stream of 200 does not say."""

ERROR_CODES: Mapping[str, RefusalKind] = MappingProxyType(
    {
        "organization_on_hold": "account",
        "linked_organization_billing_unavailable": "account",
        "linked_organization_spend_limit_reached": "account",
        "user_profile_billing_not_authorized": "account",
        "user_profile_not_billable": "account",
        "contract_spend_limit_reached": "account",
        "enforced_spend_limit_reached": "account",
        "ramp_limit_exceeded": "rate_limit",
        # The key that encrypts the organization's data: its account cannot be used, whatever is asked.
        "cmek_key_disabled": "account",
        "cmek_key_network_blocked": "account",
        "cmek_key_unreachable": "unavailable",
        "cmek_context_unavailable": "unavailable",
        "compaction_unavailable": "unavailable",
        "request_body_timeout": "unavailable",
        "claude_code_key_creator_not_member": "permission",
        "sandbox_egress_restricted": "permission",
        # Of the request, whatever the status is.
        "available_tools_limit_exceeded": "bad_request",
        "claude_code_version_too_old": "bad_request",
        "compaction_block_ambiguous": "bad_request",
        "compaction_block_misplaced": "bad_request",
        "compaction_content_mismatch": "bad_request",
        "compaction_incomplete_turn": "bad_request",
        "compaction_nothing_to_summarize": "bad_request",
        "compaction_signature_invalid": "bad_request",
        "compaction_too_many_tool_references": "bad_request",
        "compaction_tool_changes_mismatch": "bad_request",
        "file_expired": "bad_request",
        "file_not_downloadable": "bad_request",
        "image_dimensions_too_large": "bad_request",
        "request_body_encoding_invalid": "bad_request",
        "request_body_encoding_unsupported": "bad_request",
        "request_body_too_large_after_decoding": "bad_request",
        "skill_read_blocked_undecryptable": "bad_request",
        "thread_already_continued": "bad_request",
        "thread_continue_in_flight": "bad_request",
        "thread_fingerprint_mismatch": "bad_request",
        "thread_not_found": "bad_request",
        "thread_unsupported_request": "bad_request",
        "tool_name_conflict": "bad_request",
        "tool_reference_unresolved": "bad_request",
        "unsupported_charset": "bad_request",
        "user_profile_not_found": "bad_request",
        "user_profile_required": "bad_request",
    }
)
"""`ErrorDetails.error_code`: the kinds of those that a message can be refused with."""

ADMIN_CODES: Set[str] = _names(
    """
    already_member api_key_scope_missing approval_required authorization_check_unavailable
    bundle_attachment_not_supported bundle_on_call cannot_invite_emails_with_unverified_domains
    cannot_remove_last_member cannot_sign_out_managed_member cannot_sign_out_membership_admin cannot_sign_out_owner
    cannot_sign_out_primary_owner cannot_sign_out_privileged_member cannot_sign_out_self change_outcome_unknown
    claude_tag_writes_not_enabled cmek_feature_unsupported cmek_not_approved compliance_configuration_restricted
    concurrent_membership_change email_domain_not_allowed environment_archived environment_create_disabled
    environment_not_found environment_update_disabled external_key_changed external_key_in_workspace_policy
    external_key_not_found external_key_provider_mismatch external_key_validation_failed
    external_key_validation_timed_out external_storage_in_use external_storage_in_workspace_policy
    external_storage_not_available gcp_project_controlled_by_another_organization gcp_project_not_verified
    grant_required heartbeat_precondition_failed human_review_not_available human_review_on_with_external_storage
    invalid_config_type_change invalid_metadata invalid_storage_arn invite_already_exists key_profile_mismatch
    org_api_key_limit_exceeded org_member_limit_exceeded organization_level_scoped_api_key_required
    organization_not_eligible organization_not_enrolled_in_beta organization_type_not_supported
    parent_organization_required plugin_name_taken provider_not_allowed rbac_group_grants_owner_access
    rbac_group_managed_settings_not_found rbac_group_not_found rbac_group_order_limit_exceeded
    rbac_group_owner_access_unconfirmed rbac_role_not_found region_not_supported registration_pending scan_failed
    scan_pending settings_document_limit_exceeded settings_history_limit_exceeded skill_name_taken
    slack_channel_set_up_environment_not_found slack_channel_set_up_settings_conflict
    slack_channel_set_up_settings_refused spend_limits_admin_api_writes_not_enabled storage_already_registered
    storage_attach_limit_reached storage_attached_during_archive storage_changed_concurrently storage_in_use
    storage_not_approved storage_not_attachable storage_profile_mismatch storage_profile_still_required
    storage_quota_exceeded storage_verification_failed transcripts_storage_required unsupported_region
    workspace_api_key_limit_exceeded workspace_changed_concurrently workspace_created_incomplete
    workspace_human_review_disabled workspace_member_limit_exceeded workspace_policy_violation
    """
)
"""The other codes, of the APIs that administer an organization: for a message their HTTP status says what to do."""

ANTHROPIC = Words(
    statuses=ERROR_TYPES,
    always=MappingProxyType({"billing_error": "account", **ERROR_CODES}),
    codes=MappingProxyType({"request_too_large": "bad_request"}),
    # https://docs.anthropic.com/en/api/errors; it comes as an invalid request, without a code.
    texts=(
        (r"credit balance is too low", "account"),
        (r"prompt is too long|input length and `?max_tokens`? exceed context limit", "context_window"),
        (r"output blocked by content filtering policy", "content_filter"),
    ),
).over(WORDS)
"""What the error types, codes and texts mean."""
