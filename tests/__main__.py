"""All tests on all cores: `python -m tests`.

One pytest a core and one more, since tests wait too, each with every so manieth file; arguments go to each.
`python -m pytest` runs the same tests in one process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack

#: "0/3" runs every third file, from the first one.
SHARE_VARIABLE = "ENGRAM_TEST_SHARE"


def main() -> int:
    """Run the tests, print what each process said, one after the other, and return 0 if all passed."""
    shares = (os.cpu_count() or 1) + 1
    with ExitStack() as stack:
        outputs = [stack.enter_context(tempfile.TemporaryFile("w+")) for _ in range(shares)]
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "pytest", *sys.argv[1:]],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, SHARE_VARIABLE: f"{number}/{shares}"},
            )
            for number, output in enumerate(outputs)
        ]
        codes = [process.wait() for process in processes]
        for output in outputs:
            output.seek(0)
            sys.stdout.writelines(output)
    return max(codes, key=abs)


if __name__ == "__main__":
    sys.exit(main())
