"""What an error of AWS means to the person at the terminal, and how to go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.error import URLError

from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from warden.errors import RetryLater

from .exits import CouldNotLook

LONGEST: Final = 400
"""Characters of an error that are shown; a proxy's page can be longer than a screen."""
AGAIN: Final = "Wait a minute and run the command again."
SIGN_IN: Final = "Give credentials: --profile NAME, `aws sso login`, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
RENEW: Final = "Renew them, with `aws sso login` for example, and run the command again."
REACH: Final = "Check the network, the name of the region, and --endpoint-url or AWS_ENDPOINT_URL if one is set."
ALLOW: Final = "Allow that action to the identity that you look with, or look with another one: --profile NAME."

CLASSES: Final[tuple[tuple[tuple[type[BotoCoreError], ...], str], ...]] = (
    ((boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError), SIGN_IN),
    ((boto.TokenRetrievalError, boto.SSOError, boto.UnauthorizedSSOTokenError), RENEW),
    ((boto.HTTPClientError, boto.EndpointConnectionError, boto.InvalidRegionError), REACH),
)
BUSY: Final = "AWS is asked too much just now. Wait a minute and run the command again."
UNKNOWN_TO_AWS: Final = (
    "AWS does not know these credentials; in a region that must be opted in to, they are known only after that. "
    + SIGN_IN
)
CODES: Final[Mapping[str, str]] = {
    "AccessDenied": ALLOW,
    "AccessDeniedException": ALLOW,
    "AuthorizationError": ALLOW,
    "AuthorizationErrorException": ALLOW,
    "UnauthorizedOperation": ALLOW,
    "AuthFailure": UNKNOWN_TO_AWS,
    "IncompleteSignature": UNKNOWN_TO_AWS,
    "InvalidAccessKeyId": UNKNOWN_TO_AWS,
    "InvalidClientTokenId": UNKNOWN_TO_AWS,
    "SignatureDoesNotMatch": UNKNOWN_TO_AWS,
    "UnrecognizedClientException": UNKNOWN_TO_AWS,
    "ExpiredToken": RENEW,
    "ExpiredTokenException": RENEW,
    "RequestExpired": RENEW,
    "RequestLimitExceeded": BUSY,
    "ServiceUnavailable": BUSY,
    "Throttling": BUSY,
    "ThrottlingException": BUSY,
    "TooManyRequestsException": BUSY,
}
"""What to do about each answer.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""


def explained(error: BaseException) -> tuple[str, str]:
    """What went wrong, and what to do about it; the cause is looked for as deep as it is."""
    if isinstance(error, CouldNotLook):
        return error.what, error.do or _advice(error)
    words = " ".join(str(error).split())
    own = error.do if isinstance(error, RetryLater) else ""
    return (words if len(words) <= LONGEST else f"{words[:LONGEST]}..."), own or _advice(error)


def code_of(error: BaseException) -> str:
    """AWS's code of an error ("AccessDenied"...), "" where it has none."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def concerns_credentials(error: BaseException) -> bool:
    """Whether the matter is who asks: credentials that are not there, not known, or not good any more."""
    return _advice(error) in {SIGN_IN, RENEW, UNKNOWN_TO_AWS, ALLOW}


def concerns_network(error: BaseException) -> bool:
    """Whether AWS could not be reached."""
    return _advice(error) == REACH


def _advice(error: BaseException) -> str:
    for cause in _causes(error):
        if isinstance(cause, ClientError):
            return CODES.get(code_of(cause), AGAIN)
        if isinstance(cause, BotoCoreError):
            return next((advice for kinds, advice in CLASSES if isinstance(cause, kinds)), AGAIN)
        if isinstance(cause, (ResponseParserError, URLError)):
            return REACH
    return AGAIN


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__
