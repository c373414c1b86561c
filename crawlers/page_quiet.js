// How long the document has been as it is (ms), how many scripts it has and how many elements: the answer to "may it still change?"
() => {
  if (!globalThis.churnwatchChanged) {
    globalThis.churnwatchChanged = performance.now();
    new MutationObserver(() => { globalThis.churnwatchChanged = performance.now(); })
      .observe(document, { subtree: true, childList: true, characterData: true });
  }
  return {
    quiet_ms: performance.now() - globalThis.churnwatchChanged,
    scripts: document.scripts.length,
    elements: document.getElementsByTagName("*").length,
    ready: document.readyState === "complete",
  };
}
