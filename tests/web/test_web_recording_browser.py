"""Writing down an asset on an old phone: a real Chromium on a small screen, with scripts and without.

The pages as they are first shown are looked over in test_web_pages.py.
"""

import shutil

import pytest
from looking import fits, looked_over, phone
from serving import served

import rosc_map

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(empty_file, tmp_path_factory):
    """A served partnership in Middlesbrough."""
    target = tmp_path_factory.mktemp("phone") / "area.gpkg"
    shutil.copy(empty_file, target)
    with served(target) as running:
        yield running


def go_on(page, name="Save and continue", *, look=True):
    """Send a page; those that are made like no other are seen to go on a small screen first."""
    if look:
        fits(page)
    page.get_by_role("button", name=name).click()


def test_a_volunteer_writes_down_a_group_on_a_phone(browser, site):
    with phone(browser, site.url, site["V7"].token, width=320) as held:
        page, wrong = held.page, held.wrong
        page.goto(f"{site.url}/record")
        go_on(page, "I have read this", look=False)
        page.get_by_role("link", name="Start a new one").click()
        page.locator("#name").fill("Harbour Café")
        page.locator("input[value=lero]").check()
        go_on(page)
        page.get_by_label("What it does").fill("A café run by people in recovery.")
        go_on(page)
        page.get_by_label("Anyone may see where it is").check()
        go_on(page, look=False)
        page.get_by_label("Postcode").fill("ts1 2pa")
        page.locator("#place-found svg").wait_for()
        assert "Middlesbrough" in page.locator("#place-found").inner_text()
        go_on(page)
        assert page.locator("main svg circle").count() == 1
        page.get_by_label("Telephone").fill("not a number")
        go_on(page, look=False)
        assert page.title().startswith("Error:")
        looked_over(page, whole=False)
        page.locator(".error-summary a").click()
        assert page.evaluate("document.activeElement.id") == "phone"
        page.get_by_label("Telephone").fill("01632 960001")
        page.get_by_role("button", name="Save and continue").click()
        page.locator("#day-1").select_option("Mon")
        page.locator("#from-1").fill("19:00")
        page.locator("#to-1").fill("20:30")
        page.wait_for_load_state()  # the script of the page is there then
        page.get_by_role("button", name="Add another time").click()
        page.locator("#day-2:focus").wait_for()
        page.locator("#to-1").press("Enter")  # which goes on, and asks for no other row
        go_on(page)
        assert not page.locator("#listing_shows").is_visible()
        page.locator("#listing-3").check()
        assert page.locator("#listing_shows").is_visible()
        page.locator("#listing-2").check()
        go_on(page)
        for _ in range(2):
            go_on(page, look=False)
        assert page.url.endswith("/check") and "Monday 19:00 to 20:30" in page.locator("main").inner_text()
        go_on(page, "Save")
        assert page.get_by_role("heading", name="Thank you").is_visible()
        # The one of them that is there already is asked about.
        page.goto(f"{site.url}/record/new")
        page.locator("#name").fill("The Harbour Cafe")
        page.locator("input[value=lero]").check()
        page.get_by_role("button", name="Save and continue").click()
        at = page.url.rpartition("/")[0]
        page.goto(f"{at}/where")
        page.get_by_label("Postcode").fill("TS1 2PA")
        page.get_by_role("button", name="Save and continue").click()
        assert page.url.endswith("/same")
        go_on(page, "No, it is another one")
        page.goto(f"{site.url}/record")
        page.get_by_role("link", name="Delete The Harbour Cafe").click()
        go_on(page, "Yes, delete it", look=False)
        assert "Not finished yet" not in page.locator("main").inner_text()
        # A page with something wrong answers 422, which a browser notes; nothing else may be noted.
        assert all("422" in told for told in wrong), wrong


def test_a_refuge_is_written_down_without_scripts_and_by_keyboard(browser, site):
    with phone(browser, site.url, site["V8"].token, java_script_enabled=False) as held:
        page, wrong = held.page, held.wrong
        page.goto(f"{site.url}/record")
        page.get_by_role("button", name="I have read this").click()
        page.get_by_role("link", name="Start a new one").click()
        page.locator("#name").focus()
        page.keyboard.type("Start Again")
        page.keyboard.press("Tab")
        for _ in range(20):
            page.keyboard.press("ArrowDown")
            if page.locator("input[value=domestic_abuse_refuge]").is_checked():
                break
        page.keyboard.press("Tab")
        assert page.get_by_role("button", name="Save and continue").evaluate("e => e.matches(':focus-visible')")
        page.keyboard.press("Enter")
        keep = page.get_by_role("button", name="Save and continue")
        keep.click()
        assert "always stays hidden" in page.locator("main").inner_text()
        keep.click()
        assert page.locator("#postcode").count() == 0
        page.get_by_label("Which area is it in?").select_option("E06000002")
        keep.click()
        page.get_by_label("Telephone").fill("01632 960002")
        keep.click()
        page.locator("#day-1").select_option("daily")
        page.locator("#from-1").fill("09:00")
        page.locator("#to-1").fill("17:00")
        page.get_by_role("button", name="Add another time").click()
        assert page.locator("#day-2").count() == 1 and page.locator("#from-1").input_value() == "09:00"
        keep.click()
        while not page.url.endswith("/check"):
            keep.click()
        page.get_by_role("button", name="Save", exact=True).click()
        assert page.get_by_role("heading", name="Thank you").is_visible() and not wrong
    kept = rosc_map.open(site.target).snapshot().assets.set_index("name").loc["Start Again"]
    assert (kept["location_precision"], kept["areas_served"], kept["postcode"]) == ("hidden", ("E06000002",), "")
    assert kept["sessions"].count("09:00-17:00") == 7
