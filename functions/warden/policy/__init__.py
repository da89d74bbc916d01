"""Endpoint policies: what one lets through, proved or shown; what to put in its place. This is the map of the room.

Reading:  document.py the text as statements, or Malformed with its place (place.py); template.py values with variables,
          glob.py wildcards, conditions.py operators.
Judging one request, exactly:  request.py, principals.py, evaluate.py.
Who gets through, and to whose resources:  reach.py. Answers at a glance: plainly_closed.py, plainly_open.py. Else
search.py puts together one request of every kind that the policy tells apart:
          atoms.py     patterns as automata: one shortest text for each combination of them
          seen.py      what the statements mention; case.py a search's statements, context.py where the endpoint stands
          callers.py, resources.py (owned.py: AWS's), values.py (keys.py: who has which key), spoken.py (actions)
          sides.py     these with what the policy makes of each (masks.py); folding.py puts them together
          variables.py what hides in the values of policy variables; unsure.py why an answer is unknown
          service.py   a service's actions, types and keys; tables.py reads tables.jsonl, which `make data` writes
What else can be said of one:  lint.py and lint_conditions.py (remark.py),
          breadth.py (full access, wildcards), words.py (a witness as a sentence).
Two policies:  compare.py; same.py (whatever their spelling).
A better one:  tighten.py, proof.py (what stands in its way), perimeter.py (who is ours), need.py (what a service needs
          besides; needs.py reads needs.toml), baseline.py, exception.py, placeholders.py.
Recorded calls:  records.py, recorded.py, replay.py.
For the rules:  subject.py, perimeters.py, services.py (which service a name stands for).
For people:  mending.py (the commands from one policy to a better one), linked.py (what a resource's policy can say).
"""
