"""The words that OpenAI's wire is refused with, by whoever speaks it: every row is a fact of some server. Pure data.

Texts are matched anywhere and in any case. A row says whose words it holds; "seen" means in a public report.
"""

from collections.abc import Mapping, Set
from types import MappingProxyType
from typing import Literal

RefusalKind = Literal[
    "authentication",  # the key is wrong
    "permission",  # the key may not do this
    "account",  # payment, credit or quota: the connection's trouble, whatever is asked
    "model_not_found",
    "bad_request",
    "unsupported_parameter",  # this model does not take one of the parameters; another may
    "context_window",
    "content_filter",
    "rate_limit",
    "unavailable",  # it may work later, or elsewhere
]

PLAIN_CODES: Set[str] = frozenset(
    word
    for words in (
        "error api_error bad_request badrequest badrequesterror unauthorized unauthenticated forbidden notfound",
        "not_found notfounderror internal internalerror internal_error internal_server_error internalservererror",
        "server_error",
        "service_unavailable serviceunavailable unavailable timeout gateway_timeout rate_limit rate_limited",
        "rate_limit_reached ratelimiterror too_many_requests toomanyrequests tokens requests overloaded unknown_error",
        "invalid_argument failed_precondition out_of_range permission_denied aborted already_exists resource_exhausted",
        "cancelled data_loss unknown unimplemented deadline_exceeded none invalid_value missing_required_parameter",
        "invalid_type unknown_parameter string_above_max_length array_above_max_length integer_below_min_value",
        "integer_above_max_value authentication_error permission_error not_found_error insufficient_permissions",
        "deploymentnotfound validationexception accessdeniedexception conflictexception",
    )
    for word in words.split()
)
"""Codes of many servers and of google.rpc.Code that say no more than the status beside them."""

ACCOUNT_CODES: Mapping[str, RefusalKind] = MappingProxyType(
    dict.fromkeys(
        (
            # openai 3.57.0 and https://platform.openai.com/docs/guides/error-codes
            "insufficient_quota",
            "billing_not_active",
            "billing_hard_limit_reached",
            "quota_exceeded",
            "access_terminated",
            "account_deactivated",
            # https://docs.anthropic.com/en/api/errors
            "billing_error",
            "organization_on_hold",
            "organization_restricted",  # Groq's word for the same
            "blocked_api_access",  # Groq: the spend limit is reached
            # https://platform.moonshot.ai/docs/api/chat#error
            "exceeded_current_quota_error",
            # https://help.aliyun.com/zh/model-studio/error-code (DashScope)
            "arrearage",
            "prepaidbilloverdue",
            "postpaidbilloverdue",
            "commoditynotpurchased",
            "allocationquota.freetieronly",
            # https://docs.bigmodel.cn/cn/api/api-code (Zhipu): in arrears, locked, abnormal, package used up
            "1110",
            "1111",
            "1112",
            "1113",
            "1121",
            "1309",
            # https://docs.siliconflow.cn/en/faqs/error-code, https://platform.minimax.io/docs (base_resp), Cloudflare
            "30001",
            "1008",
            "4006",
            # https://www.volcengine.com/docs/82379/1299023 (Ark)
            "accountoverdueerror",
            "accountoverdue",
            "quotaexceeded",
            # DeepSeek, SiliconFlow, MiniMax, OpenRouter, Together and proxies: codes and types seen
            "insufficient_balance",
            "insufficient_balance_error",
            "insufficient_user_quota",
            "insufficient_credits",
            "insufficient_funds",
            "credit_limit_exceeded",
            "credits_exhausted",
            "out_of_credits",
            "no_credits",
            "payment_required",
            "payment_required_error",
            "account_suspended",
            "billing_quota_exceeded",
            "monthly_spend_limit_exceeded",
            "spend_limit_exceeded",
            "budget_exceeded",  # litellm 1.110.2, proxy/_types.py
            "subscription_required",
            "subscriptiondisabled",  # Azure
            "subscription_disabled",
            "billing_disabled",  # Google, behind OpenAI's wire
            "trial_expired",
            "plan_expired",
            "usage_limit_reached",
            "usage_limit_exceeded",
        ),
        "account",
    )
)
"""Codes of an account that cannot pay, whatever the status is."""

ACCOUNT_TEXTS: tuple[str, ...] = (
    # DeepSeek
    r"insufficient[ _](account )?(balance|credits?|funds|quota)|balance (is )?(not enough|insufficient|too low)",
    # Anthropic, SiliconFlow
    r"credit balance is too low|(account|available) balance is (insufficient|negative|exhausted)",
    (
        r"(out of|run out of|no (more )?|ran out of|used (up )?all (your |"
        r"its |of your )?(available |included |monthly )*)credits"
    ),
    r"credits? (limit|quota)? ?(is |has been |have been |was |are )?(exceeded|exhausted|used up|depleted|expired)",
    # OpenRouter, Hugging Face
    r"(requires|add) more credits|never purchased credits|exceeded your monthly included credits",
    # DashScope: "make sure"
    r"account is (in good standing|in arrears|overdue|not active|suspended|on hold|deactivated)",
    # Fireworks, Groq
    (
        r"(account|organization|team|project|workspace)\b.{0,60}\b(is|been|was|due to) "
        r"(currently )?(in arrears|overdue|suspended|on hold|deactivated|restricted|disabled|unpaid|billing)"
    ),
    r"in good standing|\barrears\b|overdue[ -]?(payment|balance|account|bill)",
    # OpenAI
    r"billing (hard )?limit|billing is not active|billing (is )?(disabled|not (enabled|active))|check your billing",
    (
        r"(spend(ing)?|usage|api usage|budget) limits?( for .{0,40})? (has been |"
        r"have been |is |was |were )?(reached|exceeded|hit)"
    ),
    # xAI
    (
        r"reached (its|your|the) (specified |monthly |workspace |"
        r"organization )*(api )?(spend(ing)?|usage|credit) limits?"
    ),
    # litellm 1.110.2, proxy
    r"budget (has been |was )?exceeded|exceeded (your |the )?(monthly )?budget",
    (
        r"payment (is )?required|payment method|unpaid invoice|free (tier|"
        r"trial|quota|credits?).{0,40}(exhausted|expired|ended|used up)"
    ),
    # OpenAI, Moonshot; Google's own is by the minute
    r"exceeded your current (token )?quota(?!.*(ai\.google\.dev|retry in))",
    # Mistral
    r"inactive subscription|subscription (has |is |was )?(expired|inactive|cancel)|no active subscription",
    # OpenRouter: what a key may spend
    r"key limit exceeded",
    # https://developers.cloudflare.com/workers-ai/platform/errors
    r"daily free allocation",
    # Azure
    r"subscription (is |has been |was )?(disabled|suspended|canceled|cancelled)",
    # Perplexity, Novita, proxies
    r"(top[ -]?up|recharge|add funds to|please fund|replenish) (your )?(account|balance|wallet|credits?)",
    r"(free )?trial (period )?(has |is )?(ended|expired|over)|(plan|license|licence) (has |is )?(expired|inactive)",
    r"not enough (credits?|funds|balance|quota)|(balance|credits?) (has |have )?(run|ran) out",
    r"\bno credits?\b(?!.{0,12}charged)",
    r"prepa(id|yment) (credits?|balance)",
    # Zhipu, SiliconFlow, proxies in Chinese
    "欠[费費]|余额(不足|已|为)|餘額不足|账户余额|账号余额|[充儲]值|可用[额額]度|[额額]度(不足|已(用|耗))|逾期|套餐.{0,6}(用完|到期|过期)",
    "(资源包|配额|免费额度).{0,6}(用完|用尽|耗尽|过期)|账[户号].{0,4}(冻结|停用|封禁)",
    # Upstage, CLOVA Studio, proxies in Korean
    "(크레딧|잔액|잔고|예치금|포인트).{0,8}(부족|소진|없|초과)|미납|체납|연체|(충전|결제).{0,12}(필요|실패|확인|주세요|하세요)",
    "((월|이번 ?달|예산|지출|결제).{0,12}한도|무료 ?(체험|사용량|한도)).{0,12}(초과|소진|만료|종료)",
    "계정.{0,6}(정지|중지)",
    # the same in Japanese
    "(残高|クレジット|ポイント).{0,6}(不足|ありません|足りません|使い切)|未払い|滞納|チャージして|(お支払い|支払い方法).{0,10}(必要|確認)",
)
"""Texts of the same, of errors whose code says nothing."""

WINDOW_CODES: Mapping[str, RefusalKind] = MappingProxyType(
    dict.fromkeys(
        (
            "context_length_exceeded",  # OpenAI, Azure, Groq, Cerebras
            "context_window_exceeded",
            "model_context_window_exceeded",
            "exceed_context_size_error",  # llama-server b11434
            "tokens_limit_reached",  # GitHub Models, with 413
            "model_max_prompt_tokens_exceeded",  # GitHub Copilot
            "max_tokens_exceeded",
            "prompt_too_long",
            "input_too_long",
            "1261",  # Zhipu: the prompt is too long
            "1039",  # MiniMax: the limit of tokens
            "3051",  # Mistral: too large for the model
        ),
        "context_window",
    )
)
"""Codes of a request that does not fit the model's window."""

WINDOW_TEXTS: tuple[str, ...] = (
    # OpenAI, DeepSeek, OpenRouter, vLLM 0.33, SambaNova, llama-cpp-python 0.3.36; Mistral's order is the other one
    r"maximum (context|model|prompt|sequence|input) (length|size|tokens?)|max(imum)? context",
    # vLLM 0.16, SGLang 0.5.23, llama-server b11434, LM Studio, Ollama, Cloudflare, GPT-5: a context and its trouble
    (
        r"(exceed|longer than|greater than|larger than|too (long|large|many)|overflow|out of|does(n't| not) fit|"
        r"is only|\bover\b|beyond|reached|reduce).{0,120}context[ _-]?(length|window|size|limit)"
    ),
    (
        r"context[ _-]?(length|window|size|limit).{0,120}(exceed|overflow|"
        r"is only|too (long|large|small)|reached|of only|reduce)"
    ),
    # LM Studio, as it spells it
    r"context the overflows",
    # xAI, TensorRT-LLM, Copilot
    r"maximum prompt length|prompt (token )?(length|count|tokens).{0,60}exceed",
    # Anthropic, Bedrock, Fireworks
    r"(prompt|input|conversation)s? (is|are) too long|prompt too long",
    # Cohere, Google
    r"too many (input )?tokens|token count .*exceeds the maximum number of tokens",
    # TGI, Together, with 422
    r"`?inputs`?( tokens)? ?\+ ?`?max_new_tokens`? must be <=",
    # TGI and TEI, with 413 or 422
    r"`?inputs`? must have less than \d+ tokens",
    # GitHub Models
    r"request body too large for .*max size: \d+ tokens",
    # Groq: more than a minute's tokens, with 413
    r"request too large for model",
    # Moonshot
    r"exceeded (the )?model token limit|exceeds? (the )?(model'?s? )?(max(imum)? )?(token|input) (limit|length)",
    # Zhipu
    r"prompt exceeds max length|prompt 超长|输入.{0,8}(过长|超长|超出|超过)|超(出|过).{0,12}(最大|上下文|token)",
    # DashScope
    r"range of input length should be",
    # Groq, Cerebras: "please reduce the …"
    r"length of (the )?messages or completion",
    # Mistral
    r"too large for model with \d+ maximum|prompt contains \d+ tokens",
    # llama-server, with 500
    r"too large to process\W+increase the physical batch size|input is too large to process",
    # SiliconFlow, LMDeploy, TensorRT-LLM
    r"must be less than max_seq_len|session_len|max_seq_len|max_num_tokens",
    # Databricks
    (
        r"input length .{0,40}exceed|input.{0,40} longer than .{0,60}length|"
        r"exceeds? .{0,30}maximum (allowed )?(input )?token"
    ),
    # SGLang, Ark
    r"requested (token count|tokens).{0,20} exceed|total tokens .{0,40}exceed max",
    # vLLM
    r"prompt \(length \d+\) is (too long|longer)|longer than the maximum model length",
    # Vertex AI, Nova
    r"token count is \d+ but|(number of )?input tokens exceed",
    # Upstage, CLOVA Studio, proxies in Korean and Japanese
    "(컨텍스트|토큰|입력|프롬프트).{0,40}(초과|너무 ?(길|긴|많|큽|크)|깁니다|넘었|넘습니다)",
    "(コンテキスト|トークン|入力|プロンプト).{0,40}(超え|超過|長すぎ|上限)",
    # litellm 1.110.2, proxy
    r"contextwindowexceedederror",
    # transformers
    r"model_max_length|sequence length is longer than",
)
"""Texts of the same. A server may say them with 400, 413, 422 or 500."""

MODEL_TEXTS: tuple[str, ...] = (
    # Bedrock
    r"model identifier is invalid",
    # litellm 1.110.2, proxy, with 400
    r"invalid model name passed in model=",
    (
        r"model[ _]not[ _]exist|model (not found|"
        r"['\"`]?[\w./:@-]{1,120}['\"`]? (does not exist|not found|has been decommissioned))"
    ),
    # transformers 5.24.0, `serve` with a model: every other one, with 400
    r"server is pinned to .{1,300}; requested ",
    # OpenRouter
    (
        r"(is not a valid model id|invalid model( id| identifier|"
        r" name)?:|unknown model|no such model|unsupported model:)"
    ),
    # Zhipu
    "模型不存在",
)
"""Texts of a model that is not there, of servers that answer it with 400."""

KEY_TEXTS: tuple[str, ...] = (
    # Google
    r"api key not valid",
    # xAI, with 400
    r"(incorrect|invalid|wrong|malformed|no) (api[ _-]?key|token) (was |is )?(provided|passed|given|supplied)",
    r"invalid[ _-](api[ _-]?key|authentication|access token)|no api[ _-]?key (passed|provided)",
)
"""Texts of a wrong key, of servers that answer it with 400."""

FILTER_TEXTS: tuple[str, ...] = (
    # OpenAI, Azure
    r"content management policy|content filter|usage polic|responsible ai|safety system",
    # DeepSeek, DashScope, Zhipu
    r"content exists risk|data_inspection_failed|inappropriate content|敏感|不安全",
    # OpenRouter, xAI, Moonshot
    r"(flagged|blocked|rejected|refused) .{0,40}(moderation|safety|polic)|high risk",
)
"""Texts of a request that a filter stopped."""

FLAGGED_TEXTS: tuple[str, ...] = (
    # OpenRouter, xAI: with 403
    r"your input was flagged|requires moderation|content violates (the |our )?usage guidelines",
)
"""Texts of the same, of servers that answer it as if the key might not ask."""

MISTAKE_TEXTS: tuple[str, ...] = (
    # llama-cpp-python 0.3.36: pydantic's words, with 500
    r"\b\d+ validation errors?\b(?! for \w*Response)",
    # llama-server
    r"does not support (embeddings|images?|audio|vision|tools?|function|streaming|this)|not[ _]supported[ _]error",
    # llama-server b11434, with 500
    r"(image|audio) input is not supported|mmproj",
    r"unsupported (parameter|value|param|response_format)|invalid_request_error",
)
"""Texts of a caller's mistake that servers answer with 5xx."""

MISTAKE_CODES: Mapping[str, RefusalKind] = MappingProxyType(
    {
        "not_supported_error": "bad_request",  # llama-server b11434: a thing that is switched off, 501
        "not_implemented": "bad_request",
        "not_implemented_error": "bad_request",
        "validation_error": "bad_request",
        "invalid_request_error": "bad_request",
        # OpenAI and Azure: "Unsupported parameter: 'temperature' is not supported with this model."
        "unsupported_parameter": "unsupported_parameter",
        "unsupported_value": "unsupported_parameter",
        # OpenAI and Azure, of what another account keeps or has encrypted: that account takes it
        "previous_response_not_found": "unsupported_parameter",
        "invalid_encrypted_content": "unsupported_parameter",
    }
)
"""Codes of the same."""

PARAMETER_TEXTS: tuple[str, ...] = (
    # OpenAI, of a field that it does not know at all
    r"unrecognized request arguments? supplied|unsupported (parameter|value):",
    # Bedrock, and what stands on pydantic: vLLM, Mistral, litellm's proxy
    r"extraneous key \[\w+\] is not permitted",
    # OpenAI and Azure, of what another account keeps or has encrypted
    r"previous response with id .{1,200} not found|encrypted content .{0,200}could not be (verified|decrypted)",
)
"""Texts of a refusal that is about a parameter."""
