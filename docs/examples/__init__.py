"""An example of a breach of each rule, one file each, named as the rule's own: from them `make docs` writes the pages.

A new rule is shown by docs/examples/NAME.py with a tuple EXAMPLES of `Example`s. The first is a breach, and is what the
page shows. The others stand there only where the first does not lead the rule to all that it may ask for: each leads it
to something more. A rule of VPCs, or of our own endpoint services, has `SubjectExample`s, made of what beside.py has.
tests/test_rule_examples.py and tests/test_rule_calls.py say what is missing.
"""
