"""`make test-faults CUTS=20000`: exit code 1 when anything is lost or corrupt, or when a control loses nothing."""

import argparse
import sys

from tests.faults.power_cuts import WORKLOADS, run


def main() -> int:
    """Cut the power as often as was asked, over all workloads, and a fortieth of that in the control of each."""
    options = argparse.ArgumentParser(prog="make test-faults", description=__doc__)
    options.add_argument("--cuts", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    asked, bad = options.parse_args(), False
    for workload in WORKLOADS:
        tally = run(workload, most=asked.cuts // len(WORKLOADS), seed=asked.seed)
        control = run(workload, most=max(asked.cuts // 40, 200), seed=asked.seed, synchronous="NORMAL", share=0.1)
        _say(f"{workload.name}: {tally.cuts} cuts, {tally.corrupt} corrupt, {tally.lost} lost", *tally.worst)
        _say(f"  control, synchronous = NORMAL: {control.cuts} cuts, {control.corrupt} corrupt, {control.lost} lost")
        bad = bad or tally.lost + tally.corrupt > 0 or control.lost == 0
    return int(bad)


def _say(*lines: str) -> None:
    sys.stdout.write("\n  ".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
