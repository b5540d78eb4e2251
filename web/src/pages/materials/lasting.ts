/** Seconds as people say them: 45″, 3′20″, 2 h 05′. */
export function lasting(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  if (seconds < 60) return `${seconds}″`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}′${two(seconds % 60)}″`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))}′`;
}
