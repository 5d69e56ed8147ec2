// Runs before the first paint, so that a dark page never flashes light. The key is the one of theme.ts.
{
  let choice = 'auto';
  try {
    choice = localStorage.getItem('tessera-theme') ?? 'auto';
  } catch {
    // Storage may be blocked; the system's theme is the fallback.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
}
