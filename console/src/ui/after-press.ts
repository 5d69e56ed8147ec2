let pressed = false;
document.addEventListener('pointerdown', () => setPressed(true), true);
document.addEventListener('pointerup', () => setPressed(false), true);
document.addEventListener('pointercancel', () => setPressed(false), true);

function setPressed(next: boolean) {
  pressed = next;
}

/**
 * Runs the action now or, while a button of the pointer is down, after it was let go.
 * What appears on blur would otherwise move the very button that is being pressed, and its click would be lost.
 */
export function afterPress(action: () => void) {
  if (!pressed) return action();
  const later = () => {
    document.removeEventListener('pointerup', later);
    document.removeEventListener('pointercancel', later);
    // The click itself comes after pointerup.
    setTimeout(action);
  };
  document.addEventListener('pointerup', later);
  document.addEventListener('pointercancel', later);
}
