"""The lessons on optimizers in the real JupyterLab: Nesterov, a race, and who dies on System T."""

from __future__ import annotations

from playwright.sync_api import Locator

from lessons.maths import text
from lessons.maths.optimizers.optimizers import optimizer
from lessons.maths.surfaces.race import Race, run_race
from lessons.panels.race.style import shown_name
from lessons.panels.race.words import outcome, standing
from tests.browser.lab import Lab, violations_text
from tests.repository import lesson

STEPS = 60
NAMES = ("gradient descent", "momentum", "averaged momentum", "nesterov", "adam")


def system_t(lr: float) -> Race:
    movers = {name: optimizer(name, lr=lr) for name in NAMES}
    movers["clipped descent"] = optimizer("gradient descent", lr=lr, clip=1.0)
    return run_race("System T", (3.0, 0.5), movers, STEPS)


def rows(panel: Locator) -> dict[str, list[str]]:
    """The standing on the page: loss and outcome by the name of the optimizer."""
    found = {}
    for row in panel.locator("table.bp-standing tbody tr").all():
        name, cells = row.locator("th").inner_text().strip(), row.locator("td").all_inner_texts()
        found[name] = [cell.strip() for cell in cells[-2:]]
    return found


def told(race: Race) -> dict[str, list[str]]:
    """The same from the race as data."""
    return {
        shown_name(lane.name): [text.number(float(lane.losses[-1])), outcome(lane, STEPS)]
        for _, lane in standing(race, STEPS)
    }


def races(lab: Lab) -> Locator:
    return lab.page.locator(".bp-panel:has(table.bp-standing)")


def test_five_race_in_the_valley_and_on_the_learners_own_surface(lab: Lab) -> None:
    lab.open(lesson("race_optimizers")).run_all()
    assert races(lab).count() == 3
    lab.check()


def test_the_race_on_system_t_is_the_data_and_its_card_knows_the_mistakes(lab: Lab) -> None:
    lab.open(lesson("measure_curvature")).run_all()
    assert races(lab).count() == 1
    panel = races(lab).first
    panel.scroll_into_view_if_needed()
    # It opens at its start, so that nobody is told who dies before they have said it.
    assert all(outcome == "still going" for _, outcome in rows(panel).values())
    panel.get_by_role("button", name="To the end").click()
    lab.settle()
    assert rows(panel) == told(system_t(0.1))
    assert rows(panel)["gradient descent"] == ["0.50", "dead since step 1"]
    for lr, sum_, average in (
        (0.02, "dead since step 2", "dead since step 10"),
        (0.015, "dead since step 3", "still going"),
    ):
        panel.get_by_role("combobox", name="Presets").select_option(f"lr = {lr}")
        lab.settle()
        panel.get_by_role("button", name="To the end").click()
        lab.settle()
        found = rows(panel)
        assert found == told(system_t(lr))
        assert (found["momentum"][1], found["averaged momentum"][1]) == (sum_, average)
    assert not lab.axe(panel), violations_text(lab.axe(panel))

    card = lab.page.locator(".bp-predict", has_text="Momentum as a sum")
    card.scroll_into_view_if_needed()
    card.get_by_role("textbox", name="Your answer").focus()
    for answer, said in (("0.19616", "That is plain descent."), ("-0.01984", "v = 10.8 + 3.192")):
        lab.press("Control+a")
        lab.page.keyboard.type(answer)
        lab.press("Enter").settle()
        assert said in card.get_by_role("status").inner_text()

    stills = lab.page.locator('img[alt^="A chart over the learning rate"]')
    assert stills.count() == 2
    assert all(still.evaluate("image => image.naturalWidth") == 760 for still in stills.all())
    assert lab.page.locator('img[alt^="Dots around a cross"]').count() == 1
    lab.check()


def test_the_learner_writes_an_optimizer(lab: Lab) -> None:
    lab.open(lesson("add_momentum")).run_all()
    assert races(lab).count() == 1
    # The task: momentum's line becomes Nesterov's, and the check is content.
    told_now = "print(told(nesterov(start, 0.05, 30)))"
    assert "still plain momentum" in lab.kernel(told_now)
    written = lab.kernel("import inspect; print(inspect.getsource(nesterov))")
    plain, ahead = "theta - lr * v\n", "theta - lr * (g + mu * v)\n"
    assert plain in written
    lab.kernel(written.replace(plain, ahead))
    assert lab.kernel(told_now) == "This is Nesterov's.\n"
    # The gradient taken at the place ahead is Nesterov's as well, and is not called wrong.
    lab.kernel("nesterov = ahead")
    assert lab.kernel(told_now).startswith("Nesterov's too")
    lab.check()
