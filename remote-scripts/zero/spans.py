"""Sets of time spans, (start, end) in seconds: what runs at the same time counts once."""


def union(spans):
    """Sorted spans without overlaps."""
    merged = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def length(spans):
    return sum(end - start for start, end in union(spans))


def overlap(left, right):
    """Seconds in which both sets have a span."""
    left, right = union(left), union(right)
    at_left = at_right = 0
    seconds = 0.0
    while at_left < len(left) and at_right < len(right):
        start = max(left[at_left][0], right[at_right][0])
        end = min(left[at_left][1], right[at_right][1])
        seconds += max(0.0, end - start)
        if left[at_left][1] < right[at_right][1]:
            at_left += 1
        else:
            at_right += 1
    return seconds


def without(total, spans):
    """What is left of (0, total) outside the spans."""
    left, at = [], 0.0
    for start, end in union(spans):
        start, end = max(0.0, start), min(total, end)
        if start > at:
            left.append((at, start))
        at = max(at, end)
    return left + ([(at, total)] if at < total else [])
