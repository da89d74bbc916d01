"""`warden policy`: what an endpoint policy lets through; AWS is asked nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exits import Code, CouldNotLook
from .screen import Screen

app = typer.Typer(no_args_is_help=True, help="Endpoint policies: who gets through one, and to what.")

PolicyFile = Annotated[Path, typer.Argument(metavar="FILE", help="A policy as JSON; - for stdin.")]
ContextFile = Annotated[
    Path | None,
    typer.Option(
        "--context",
        metavar="FILE",
        help="Where the policy stands, as JSON: account_id, org_id, org_account_ids, region, vpc_id, vpce_id, "
        "owned_buckets, service_prefix, endpoint_type.",
    ),
]
ServiceName = Annotated[
    str | None, typer.Option("--service", metavar="NAME", help="The service, as its actions name it: s3, ecr, kms.")
]
Organisation = Annotated[str | None, typer.Option("--organisation", metavar="ID", help="Your organisation: o-...")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.command()
def check(  # noqa: PLR0913  each is an option
    *,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A policy as JSON; - for stdin.")] = None,
    context: ContextFile = None,
    service: ServiceName = None,
    organisation: Organisation = None,
    cases: Annotated[
        Path | None, typer.Option("--cases", metavar="FILE", help="Many policies at once: a list of cases as JSON.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="With --cases: exit code 1 if one is not proved closed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say who gets through a policy, and to whose resources.

    That is a proof that only yours do, a request of others that does, or why it is not known.

    Exit codes: 0 it is proved closed both ways, but for what the service needs; 1 it is not, or it is wrong; 2 a file
    cannot be read. With --cases 0 means that all were judged, whatever came of it, unless --strict.
    """
    from . import policy_checked, policy_files, policy_view  # noqa: PLC0415  the engine takes a while to load

    screen = Screen()
    if cases is not None:
        if file is not None:
            raise typer.BadParameter("name a policy or --cases, not both")
        if context or service or organisation:
            raise typer.BadParameter("each of the --cases has a context of its own: leave out the other options")
        all_checked = [(one.id, policy_checked.check(one.text, one.context)) for one in policy_files.cases_of(cases)]
        found = [{"id": name, **policy_checked.as_case(one)} for name, one in all_checked]
        if as_json:
            screen.json(found)
        else:
            if screen.is_terminal:
                screen.row("id", "valid", "external principals", "external resources")
            for one in found:
                screen.row(*(str(one[key]) for key in ("id", "valid", "external_principals", "external_resources")))
        raise typer.Exit(Code.OPEN if strict and not all(one.good for _, one in all_checked) else Code.OK)
    if file is None:
        raise typer.BadParameter("name a policy: FILE, - for stdin, or --cases FILE for many")
    policy_files.once(file, context)
    text = policy_files.text_of(file)
    here = policy_files.context_of(policy_files.Here(context, service, organisation), text)
    checked = policy_checked.check(text, here)
    if as_json:
        screen.json(policy_checked.as_json(checked))
    else:
        policy_view.about(screen, here)
        policy_view.checked(screen, checked)
    raise typer.Exit(Code.OK if checked.good else Code.OPEN)


@app.command()
def tighten(
    *,
    file: PolicyFile,
    context: ContextFile = None,
    service: ServiceName = None,
    organisation: Organisation = None,
    seen: Annotated[
        list[Path] | None,
        typer.Option(
            "--seen", metavar="FILE", help="Records of CloudTrail whose calls must not be lost; several times."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose a policy that is proved closed.

    Or say what stands in the way of one. What is narrow stays; what is open is narrowed to your identities and your
    resources; what the service needs besides is added. Nothing is changed in AWS.

    Exit codes: 0 a policy is proposed; 1 none is; 2 a file cannot be read, or is no policy.
    """
    from warden.policy.document import parse  # noqa: PLC0415
    from warden.policy.lint import lint  # noqa: PLC0415
    from warden.policy.needs import needs  # noqa: PLC0415  the engine takes a while to load
    from warden.policy.records import requests  # noqa: PLC0415
    from warden.policy.tighten import tighten as propose  # noqa: PLC0415

    from . import policy_files, policy_view  # noqa: PLC0415
    from .policy_checked import perimeter_for  # noqa: PLC0415

    screen = Screen()
    policy_files.once(file, context, *(seen or ()))
    old = policy_files.document_of(file)
    here = policy_files.context_of(policy_files.Here(context, service, organisation), old.text)
    calls = [one for record in policy_files.records_of(seen or []) for one in requests(record, here)]
    if seen and not calls:
        raise CouldNotLook(
            "no record is of a call to this service through this endpoint", "Without --seen, none has to be kept."
        )
    found = propose(old, here, perimeter_for(here), calls, needs(here.service.prefix))
    remarks = lint(parse(found.text), here) if found.text else ()
    if as_json:
        from .policy_json import proposal  # noqa: PLC0415

        screen.json({**proposal(found), "remarks": [one.message for one in remarks]})
    else:
        policy_view.about(screen, here)
        policy_view.proposed(screen, found, remarks)
    raise typer.Exit(Code.OK if found.text is not None else Code.OPEN)


@app.command()
def compare(
    *,
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A policy as JSON.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Another for the same endpoint; - for stdin.")],
    context: ContextFile = None,
    service: ServiceName = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Show what one policy lets through and the other does not.

    That is a request, each way, or a proof that there is none.

    Exit codes: 0 they let the same through; 1 they do not, or it is not known; 2 a file cannot be read, or is no
    policy.
    """
    from warden.policy.compare import compare as compared  # noqa: PLC0415  the engine takes a while to load
    from warden.policy.reach import Verdict  # noqa: PLC0415

    from . import policy_files, policy_view  # noqa: PLC0415

    screen = Screen()
    policy_files.once(old, new, context)
    before, after = policy_files.document_of(old), policy_files.document_of(new)
    here = policy_files.context_of(policy_files.Here(context, service, organisation), before.text, after.text)
    found = compared(before, after, here)
    if as_json:
        from .policy_json import comparison  # noqa: PLC0415

        screen.json(comparison(found, here))
    else:
        policy_view.about(screen, here)
        policy_view.compared(screen, found, here)
    same = found.gained.verdict is found.lost.verdict is Verdict.CLOSED
    raise typer.Exit(Code.OK if same else Code.OPEN)


@app.command()
def replay(
    *,
    file: PolicyFile,
    records: Annotated[
        list[Path],
        typer.Argument(metavar="RECORDS", help="Files or folders of CloudTrail's records, gzipped or not."),
    ],
    context: ContextFile = None,
    service: ServiceName = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Put recorded calls through a policy: which it would deny.

    It says how many, and whose. Where the context names the endpoint, only calls through it count.

    Exit codes: 0 it denies none of them; 1 it does, it cannot be told, or no record counts; 2 a file cannot be read,
    or is no policy.
    """
    from warden.policy.replay import replay as replayed  # noqa: PLC0415  the engine takes a while to load

    from . import policy_files, policy_view  # noqa: PLC0415

    screen = Screen()
    policy_files.once(file, context, *records)
    document = policy_files.document_of(file)
    here = policy_files.context_of(policy_files.Here(context, service, organisation), document.text)
    with screen.working("Reading the records"):
        found = replayed(document, policy_files.records_of(records), here)
    if as_json:
        from .policy_json import replay_json  # noqa: PLC0415

        screen.json(replay_json(found))
    else:
        policy_view.about(screen, here)
        policy_view.replayed(screen, found)
    raise typer.Exit(Code.OPEN if found.denied or found.unknown or not found.tested else Code.OK)
