// What a rendered page shows, read from an isolated world: the page's own scripts cannot change these functions.
// Given the most elements and code units to take; null instead of the HTML when the page is larger.
async (most, size) => {
  // Open shadow roots are part of what is seen: a copy of the tree holds their content in place.
  const flat = (node) => {
    const copy = node.cloneNode(false);
    const inside = node.shadowRoot ?? node;
    const children = inside === node ? node.childNodes : inside.childNodes;
    for (const child of children) {
      if (child.nodeName === "SLOT") {
        const given = child.assignedNodes({ flatten: true });
        for (const one of given.length ? given : child.childNodes) copy.append(flat(one));
      } else copy.append(flat(child));
    }
    return copy;
  };
  const elements = document.getElementsByTagName("*");
  if (elements.length > most) return { url: location.href, html: null, text: "", elements: elements.length };
  let shadowed = false;
  for (const element of elements) if (element.shadowRoot) { shadowed = true; break; }
  const root = document.documentElement;
  const kind = document.doctype ? new XMLSerializer().serializeToString(document.doctype) + "\n" : "";
  const html = root ? kind + (shadowed ? flat(root).outerHTML : root.outerHTML) : "";
  const names = (read) => { try { return Object.keys(read()).slice(0, 200).map((name) => name.slice(0, 200)); } catch { return []; } };
  let databases = [];
  try { databases = (await indexedDB.databases()).map((one) => String(one.name).slice(0, 200)); } catch { databases = []; }
  const body = document.body;
  return {
    url: location.href,
    html: html.length > size ? null : html,
    text: body ? body.innerText.slice(0, size) : "",
    elements: elements.length,
    scripts: document.scripts.length,
    width: root ? root.scrollWidth : 0,
    height: root ? Math.max(root.scrollHeight, body ? body.scrollHeight : 0) : 0,
    storage: { local: names(() => localStorage), session: names(() => sessionStorage), databases },
  };
}
