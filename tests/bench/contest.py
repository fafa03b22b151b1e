"""Contestants take turns (A B C A B C ...), so that a noisy machine is noisy for all of them; the first round warms up."""
import statistics
import sys

from measure import Failed, LeftOut


class Series:
    """The samples of one contestant; none where it could not take part, and then `missing` says why."""

    def __init__(self, name):
        self.name, self.samples, self.missing, self.is_fault = name, [], None, False

    def median(self, of):
        return statistics.median(getattr(sample, of) for sample in self.samples)

    def best(self, of):
        values = [getattr(sample, of) for sample in self.samples]
        return max(values) if of == "rate" else min(values)


def run_contest(title, contestants, runs, warm_up=1):
    """`contestants`: name -> function that does the work once and returns its Sample. Returns name -> Series."""
    found = {name: Series(name) for name in contestants}
    for turn in range(warm_up + runs):
        for name, contestant in contestants.items():
            series = found[name]
            if series.missing:
                continue
            who = " ".join(map(str, name)) if isinstance(name, tuple) else name
            print(f"{title}: {'warm-up' if turn < warm_up else f'run {turn - warm_up + 1} of {runs}'}: {who}", file=sys.stderr)
            try:
                sample = contestant()
            except Failed as failure:
                series.missing, series.is_fault = str(failure), not isinstance(failure, LeftOut)
                print(f"{title}: {who}: {failure}", file=sys.stderr)
                continue
            if turn >= warm_up:
                series.samples.append(sample)
    return found
