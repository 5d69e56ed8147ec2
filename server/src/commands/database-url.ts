/** A database URL as it may be shown: without its password. */
export function withoutPassword(url: string): string {
  if (url.startsWith('file:')) return url;
  if (!URL.canParse(url)) return url.replace(/\/\/[^@/]*@/, '//…@');
  const shown = new URL(url);
  if (shown.password) shown.password = '***';
  for (const name of ['password', 'sslpassword']) if (shown.searchParams.has(name)) shown.searchParams.set(name, '***');
  return shown.href;
}
