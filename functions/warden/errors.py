"""Errors, named by what the caller should do about them."""


class WardenError(Exception):
    """Any error that this product raises on purpose."""


class RetryLater(WardenError):
    """The world is not ready (throttled, a store is down, another worker is at it): run the same event again."""

    def __init__(self, message: str, do: str = "") -> None:
        """Keep beside it what a person must `do`, where no waiting will help."""
        super().__init__(message)
        self.do = do


class NotYet(WardenError):
    """One endpoint is not ready (pending, being changed, its write throttled): look again after a while."""


class Outdated(NotYet):
    """What the plan was made from is no longer so (a zone, a subnet): forget what is cached and look afresh."""


class Unsure(NotYet):
    """Whether a write was made cannot be told (no answer, or EC2 broke down): leave it open, and look later."""


class CannotFix(WardenError):
    """The change was refused and will be refused again: tell people, do not try again."""

    def __init__(self, message: str, code: str = "") -> None:
        """Keep AWS's error `code` ("AccessDenied", "InvalidParameter"...) beside the sentence for people."""
        super().__init__(message)
        self.code = code


class BadEvent(WardenError):
    """The message can never be understood: put it aside with this reason."""


class BadStandard(WardenError):
    """standard.toml is wrong: write nothing, and say every error that it has."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Hold one sentence for each problem; never empty."""
        super().__init__("\n".join(problems))
        self.problems = problems
