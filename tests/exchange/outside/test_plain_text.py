"""HTML as plain text: no tags, no scripts, and in one pass over whatever somebody typed."""

import pytest

from rosc_map.exchange.outside.repair import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br/>b", "a\nb"),
        ("<p title='a > b'>x</p>y", "x\ny"),
        ("<p>it's <em title=it's>ok</em>", "it's ok"),
        ("<script>if (a<b) '<script>'</script>ok", "ok"),
        ("<TEMPLATE><p>no</p></template>yes<style/>!", "yes!"),
        ("x<!-- gone --> y<!-- open", "x y"),
        ("1 < 2 &amp; 3 &lt; 4", "1 < 2 & 3 < 4"),
        ("&lt;b&gt; caf&eacute;", "<b> café"),
        ("Re\x08fu\u202ege &#x202e;x\n", "Refuge x"),
        ("\x08", ""),
        ("&#" + "9" * 5_000 + ";", "&#" + "9" * 5_000 + ";"),
    ],
)
def test_plain_text(html, text):
    assert plain_text(html) == text


@pytest.mark.parametrize("scrap", ["<a ", "<!", "<![", "<!--", "<a b='", "<a ''", "<script>", "&#", "</"])
def test_what_is_left_open_is_read_in_one_pass(scrap):
    # Minutes, or an error of its own, with the parser of the standard library.
    assert len(plain_text(scrap * 50_000 + "<p>x")) <= len(scrap) * 50_000 + 5
