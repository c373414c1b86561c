// Goes to the end of the page, as a reader would; returns false when it was there already.
async () => {
  const root = document.scrollingElement ?? document.documentElement;
  if (root.scrollHeight <= innerHeight + 1) return false;
  const before = root.scrollTop;
  root.scrollTop = root.scrollHeight;
  const moved = root.scrollTop > before;
  // The page hears of it with the next frame.
  await Promise.race([new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))), new Promise((done) => setTimeout(done, 500))]);
  return moved;
}
