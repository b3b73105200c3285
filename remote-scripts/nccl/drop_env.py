"""drop_env.py RAW.json CLEAN.json: nccl-tests' JSON without its list of environment variables, which may hold secrets.

Writes nothing and exits 1 when RAW is not whole JSON, as after a crash: the text output has the numbers then.
"""
import json
import os
import sys

UNWANTED = ("env", "environment")


def main():
    raw, clean = sys.argv[1], sys.argv[2]
    try:
        # Values are cut inside multi-byte characters by the tool itself.
        with open(raw, encoding="utf-8", errors="replace") as source:
            document = json.load(source)
    except ValueError as error:
        sys.stderr.write("drop_env: %s is not whole JSON: %s\n" % (os.path.basename(raw), error))
        sys.exit(1)
    if not isinstance(document, dict):
        sys.stderr.write("drop_env: %s holds no object\n" % os.path.basename(raw))
        sys.exit(1)
    for name in UNWANTED:
        document.pop(name, None)
    with open(clean, "w", encoding="utf-8") as target:
        json.dump(document, target)


if __name__ == "__main__":
    main()
