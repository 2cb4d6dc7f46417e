// Details that open over the page, like a menu: a press elsewhere closes them.

const POPUPS = 'details.status-more[open], details.more-reasons[open]';

/** Closes all but the one that `target` is in; false when none was open. */
export function closePopups(target) {
  const open = [...document.querySelectorAll(POPUPS)].filter((popup) => !popup.contains(target ?? null));
  for (const popup of open) {
    const hadFocus = popup.contains(document.activeElement);
    popup.open = false;
    if (hadFocus) popup.querySelector('summary').focus();
  }
  return open.length > 0;
}

export function startPopups() {
  document.addEventListener('click', ({ target }) => closePopups(target));
}
