"""The one table: what was compared, the ratio of the medians, the goal, and whether it is met."""
import dataclasses

HEADER = ("figure", "ratio", "goal", "met", "ours", "beside", "peak MB", "CPU")


@dataclasses.dataclass(frozen=True)
class Goal:
    sign: str  # "<=" or ">="; "<" is less
    value: float
    form: str = "{:.2f}"

    def is_met(self, ratio):
        return {"<=": ratio <= self.value, ">=": ratio >= self.value, "<": ratio < self.value}[self.sign]

    def __str__(self):
        return f"{self.sign} {self.form.format(self.value)}"


def at_most(value, form="{:.2f}"):
    return Goal("<=", value, form)


def less_than(value):
    return Goal("<", value)


def at_least(value, form="{:.2f}"):
    return Goal(">=", value, form)


@dataclasses.dataclass(frozen=True)
class Row:
    figure: str
    ratio: float | None = None
    goal: Goal | None = None
    ours: str = ""
    beside: str = ""
    peak: str = ""
    cpu: str = ""
    missing: str = ""
    is_fault: bool = False

    def cells(self):
        if self.missing:
            return (self.figure, "-", str(self.goal or "-"), self.missing.replace("|", "/"), "", "", "", "")
        met = "-" if self.goal is None else "yes" if self.goal.is_met(self.ratio) else "**no**"
        ratio = f"{self.ratio:.2f}" if self.ratio >= 0.1 else f"{self.ratio:.3f}"
        return (self.figure, ratio, str(self.goal or "-"), met, self.ours, self.beside, self.peak, self.cpu)


def shown(series, of):
    """Median and best: least time, or highest rate."""
    median, best = series.median(of), series.best(of)
    if of == "seconds":
        return f"{median:.3f} s ({best:.3f})" if median < 1 else f"{median:.2f} s ({best:.2f})"
    if of == "rate":
        return f"{median:,.0f}/s ({best:,.0f})"
    if of == "cpu_micros":
        return f"{median:.1f} us ({best:.1f})"
    return f"{median:.0f} MB ({best:.0f})"


def cpu_text(series, of):
    return f"{series.median('cpu_micros'):.1f} us" if of in ("rate", "cpu_micros") else f"{series.median('cpu_seconds'):.2f} s"


def compare(figure, ours, beside, of, goal=None):
    """ours / beside."""
    missing = ours if ours.missing else beside
    if missing.missing:
        return Row(figure, goal=goal, missing=missing.missing, is_fault=missing.is_fault)
    return Row(figure, ours.median(of) / beside.median(of), goal, shown(ours, of), shown(beside, of),
               f"{ours.median('peak_mb'):.0f} / {beside.median('peak_mb'):.0f}", f"{cpu_text(ours, of)} / {cpu_text(beside, of)}")


def times_faster(figure, ours, beside, goal=None):
    """beside / ours, in time."""
    row = compare(figure, ours, beside, "seconds", goal)
    return row if row.missing else dataclasses.replace(row, ratio=1 / row.ratio)


def markdown(rows):
    lines = [HEADER, ("---",) * len(HEADER), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
