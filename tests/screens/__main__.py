"""Renders the catalogue. Each scale needs a process of its own: the toolkit reads it once, at its start."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

SCALES = (100, 200)
BODY_POINTS = 10.0


def main() -> int:
    """Without `--scale` starts itself once a scale; returns the worst process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description="Renders every screen as pictures.")
    parser.add_argument("--out", type=Path, default=Path("build/screens"))
    parser.add_argument("--only", default="", help="screens whose name contains this")
    parser.add_argument("--scale", type=int, choices=SCALES, help="one scale, in percent")
    wanted = parser.parse_args()
    if wanted.scale and os.environ.get("QT_SCALE_FACTOR") == str(wanted.scale / 100):
        return render(wanted.out, wanted.only, wanted.scale)
    worst = 0
    for scale in [wanted.scale] if wanted.scale else SCALES:
        surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale / 100)}
        again = ["--out", str(wanted.out), "--only", wanted.only, "--scale", str(scale)]
        done = subprocess.run([sys.executable, "-m", "tests.screens", *again], env=surroundings, check=False)
        worst = max(worst, abs(done.returncode))
    return worst


def render(out: Path, only: str, scale: int) -> int:
    """Renders every screen in both languages, light and dark, and tells which words are cut off."""
    from PySide6.QtWidgets import QApplication

    from b24learn_gui.gui import style, tone
    from b24learn_gui.text.words import Words
    from tests.screens.looking import clipped_text, sideways
    from tests.screens.registry import every_screen

    app = QApplication([])
    body = app.font()
    body.setPointSizeF(BODY_POINTS)
    app.setFont(body)
    style.Wardrobe(app)
    out.mkdir(parents=True, exist_ok=True)
    faults = 0
    for each in every_screen():
        if only not in each.name:
            continue
        for dark in (False, True):
            app.setPalette(tone.reference_palette(dark=dark))
            for language in ("ru", "en"):
                widget = each.build(Words(language))
                widget.resize(*each.size)
                widget.show()
                for _ in range(3):
                    app.processEvents()
                name = f"{each.name}-{language}-{'dark' if dark else 'light'}-{scale}"
                widget.grab().save(str(out / f"{name}.png"))
                for fault in [*clipped_text(widget), *(f"scrolls sideways: {page}" for page in sideways(widget))]:
                    faults += 1
                    sys.stderr.write(f"{name}: {fault}\n")
                widget.close()
                widget.deleteLater()
                app.processEvents()
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
