"""French formatting of quantities: file sizes, counts with their noun."""

from home.french.typography import NBSP


def file_size(size: int) -> str:
    """Format as `102,32 ko`: 1 ko is 1024 bytes, two decimals at most."""
    amount, unit = float(max(size, 0)), "o"
    for unit in ("o", "ko", "Mo", "Go"):
        # A value that rounds to 1024 is shown as 1 of the next unit.
        if round(amount, 2) < 1024 or unit == "Go":
            break
        amount /= 1024
    written = f"{amount:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{written}{NBSP}{unit}"


def count_of(count: int, names: str) -> str:
    """`count_of(1, "place restante,places restantes")` is *1 place restante*.

    Zero and one are singular. Without a second name, the plural is the first with an s.
    """
    singular, _, plural = names.partition(",")
    name = singular if abs(count) < 2 else plural or f"{singular}s"
    return f"{count:,}".replace(",", "\u202f") + NBSP + name
