// What this browser remembers between two visits. Storage may be full, forbidden or absent: then nothing is remembered.

const PREFIX = 'copilot.';

const read = (store, key, otherwise) => {
  try {
    const text = store().getItem(PREFIX + key);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
};
const write = (store, key, value) => {
  try {
    store().setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // The page works without it.
  }
};
// Even naming the store throws where cookies are forbidden.
const shared = () => localStorage;
const ofTab = () => sessionStorage;

/** Settings of this browser, the same in every tab. */
export const recall = (key, otherwise) => read(shared, key, otherwise);
export const remember = (key, value) => write(shared, key, value);

/** What this tab alone knows; it survives a reload. */
export const recallInTab = (key, otherwise) => read(ofTab, key, otherwise);
export const rememberInTab = (key, value) => write(ofTab, key, value);

/** Another tab has changed the setting. */
export function onChangeElsewhere(key, run) {
  addEventListener('storage', (event) => event.key === PREFIX + key && run());
}
