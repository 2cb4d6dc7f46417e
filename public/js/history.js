// Moves through a past day: the slider asks the server for the minute, the page stays where it is.

const WAIT_MS = 120;
const slider = document.getElementById('history-minute');
const place = document.getElementById('history-moment');
document.documentElement.dataset.js = '';
let waiting;
let asking;

const moment = () => place.firstElementChild;
const clockOf = (minute) => {
  const wall = (18 * 60 + Number(minute)) % (24 * 60);
  return `${String(Math.floor(wall / 60)).padStart(2, '0')}:${String(wall % 60).padStart(2, '0')}`;
};

async function show(href) {
  asking?.abort();
  asking = new AbortController();
  place.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(href, { headers: { 'hx-request': 'true' }, signal: asking.signal });
    const html = await answer.text();
    if (!answer.ok) throw new Error(html);
    const open = [...place.querySelectorAll('details[open]')].map((node) => node.className);
    place.innerHTML = html;
    for (const name of open) {
      const node = name && place.querySelector(`details.${CSS.escape(name.split(' ')[0])}`);
      if (node) node.open = true;
    }
    slider.value = moment().dataset.minute;
    slider.setAttribute('aria-valuetext', `${moment().dataset.clockText} ET`);
    history.replaceState(null, '', href);
  } catch (error) {
    if (error.name === 'AbortError') return;
    place.querySelector('.history-trouble')?.remove();
    const note = Object.assign(document.createElement('p'), {
      className: 'history-trouble',
      textContent: 'This minute could not be read from the server. What is shown below is another minute.',
    });
    note.setAttribute('role', 'alert');
    place.prepend(note);
  }
  place.removeAttribute('aria-busy');
}

slider.addEventListener('input', () => {
  slider.setAttribute('aria-valuetext', `${clockOf(slider.value)} ET`);
  clearTimeout(waiting);
  waiting = setTimeout(() => show(`${location.pathname}?minute=${slider.value}`), WAIT_MS);
});
// From plan to plan, which is what one looks for; the arrow keys go by single minutes.
slider.addEventListener('keydown', (event) => {
  const href = { PageDown: moment().dataset.before, PageUp: moment().dataset.next }[event.key];
  if (href === undefined) return;
  event.preventDefault();
  if (href !== '') show(href);
});
place.addEventListener('click', (event) => {
  const anchor = event.target.closest('a[href^="/history/"]');
  if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(anchor.getAttribute('href'));
});
