// Finds the control that shows the next page of a list, and uses it when it may. Only what looks like pagination: never a form's button, a link
// that leads somewhere, or an arrow of a picture show. Returns what was used, or null. `words`: patterns from crawlers/pager_words.py.
(words, mayUse) => {
  const next = new RegExp(`^[^\\p{L}\\p{N}]*(?:${words.next})[^\\p{L}\\p{N}]*$`, "iu"), plain = new RegExp(`^[^\\p{L}\\p{N}]*(?:${words.plain})[^\\p{L}\\p{N}]*$`, "iu"), arrows = new RegExp(`^\\s*${words.arrows}\\s*$`, "iu");
  const mark = new RegExp(words.mark, "iu"), carousel = new RegExp(words.carousel, "iu"), never = new RegExp(`(?:^|[^a-z])(?:${words.never})(?:$|[^a-z])`, "iu");
  const names = (e) => [e.className?.baseVal ?? e.className, e.id, e.getAttribute("aria-label"), e.getAttribute("data-testid"), e.getAttribute("role")].filter(Boolean).join(" ").slice(0, 300);
  const around = (e, depth) => { const all = []; for (let n = e, i = 0; n && n !== document.body && i <= depth; n = n.parentElement, i++) all.push(n); return all; };
  const off = (e) => e.disabled || e.getAttribute("aria-disabled") === "true" || around(e, 1).some((n) => /(?:^|[\s_-])(?:disabled|inactive)(?:$|[\s_-])/i.test(names(n)));
  const shown = (e) => e.checkVisibility?.({ checkVisibilityCSS: true }) ?? e.getClientRects().length > 0;
  const leads = (e) => { const a = e.closest("a"); const to = a?.getAttribute("href")?.trim() ?? ""; return a && to && !/^(?:#|javascript:)/i.test(to); };
  const here = (e) => /(?:^|[\s_-])(?:active|current|selected|on|cur|is-active)(?:$|[\s_-])/i.test(names(e)) || ["page", "true"].includes(e.getAttribute("aria-current"));
  const controls = [];
  for (const e of document.querySelectorAll("button, a, [role=button], input[type=button], li, span, div, i")) {
    const says = (e.tagName === "INPUT" ? e.value : e.textContent).trim().replace(/\s+/g, " ");
    if (says.length > 40 || e.form || e.closest("form[action]:not([method=dialog])")?.contains(e) && e.type === "submit") continue;
    const label = [e.getAttribute("aria-label"), e.getAttribute("title"), e.getAttribute("rel")].filter(Boolean).join(" ");
    const real = /^(?:BUTTON|A|INPUT)$/.test(e.tagName) || e.getAttribute("role") === "button" || e.onclick || e.hasAttribute("onclick");
    const marked = around(e, 4).some((n) => mark.test(names(n)));
    if (!real && !marked) continue;
    if (!real && [...e.children].some((child) => child.textContent.trim())) continue;
    const menu = e.hasAttribute("aria-haspopup") || e.hasAttribute("aria-expanded") || e.closest("header, footer, aside, nav, [role=menu], [role=navigation]");
    if (!marked && menu) continue;
    const forward = plain.test(says) || (label && plain.test(label)) || (marked && (next.test(says) || (label && next.test(label)))) || (marked && (arrows.test(says) || /(?:^|[\s_-])next(?:$|[\s_-])/i.test(names(e))));
    const number = marked && /^\d{1,4}$/.test(says) ? Number(says) : 0;
    if (!forward && !number) continue;
    if (leads(e) || !shown(e) || around(e, 6).some((n) => carousel.test(names(n))) || never.test(says) || never.test(label)) continue;
    controls.push({ e, says, forward, number });
  }
  const use = (found) => { if (mayUse) { found.e.scrollIntoView({ block: "center" }); found.e.click(); } return found.says.slice(0, 60) || names(found.e).slice(0, 60); };
  const forward = controls.find((one) => one.forward);
  if (forward) return off(forward.e) ? null : use(forward);
  const numbers = controls.filter((one) => one.number);
  if (!numbers.length) return null;
  const current = numbers.find((one) => here(one.e) || here(one.e.parentElement ?? one.e))?.number ?? globalThis.churnwatchPage ?? 1;
  const following = numbers.find((one) => one.number === current + 1 && !off(one.e));
  if (!following) return null;
  if (mayUse) globalThis.churnwatchPage = current + 1;
  return use(following);
}
