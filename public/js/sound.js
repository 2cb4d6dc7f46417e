// A short tone for no-trade and risk alerts: off until somebody turns it on, and never two at once.

import { byId, put } from './dom.js';
import { onChangeElsewhere, recall, remember } from './remembered.js';

const KEY = 'sound';
const HEARD_AT = 'sound.at';
const KINDS = ['no-trade', 'risk'];
/** Alerts that come together are one sound, in however many tabs they arrive. */
const LEAST_GAP_MS = 3_000;
const NOTE_S = 0.16;
const LOUDNESS = 0.12;
/** Hertz: falling for a stop, two alike for a limit. */
const TUNES = { 'no-trade': [660, 440], risk: [550, 550] };

let audio;
const isOn = () => recall(KEY, false) === true;

/** Browsers let a page sound only after it was touched. */
async function wake() {
  audio ??= new AudioContext();
  if (audio.state === 'suspended') await audio.resume();
  show();
}

function play(tune) {
  if (audio?.state !== 'running') return;
  for (const [n, frequency] of tune.entries()) {
    const from = audio.currentTime + n * NOTE_S;
    const tone = new OscillatorNode(audio, { type: 'triangle', frequency });
    const volume = new GainNode(audio, { gain: 0 });
    // A note that begins or ends at full volume clicks.
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(LOUDNESS, from + 0.01);
    volume.gain.linearRampToValueAtTime(0, from + NOTE_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + NOTE_S);
  }
}

const onceForAllTabs = (run) => {
  const now = Date.now();
  const last = recall(HEARD_AT, 0);
  // A clock that was set back must not silence it.
  if (last <= now && now - last < LEAST_GAP_MS) return;
  remember(HEARD_AT, now);
  run();
};

export function soundFor(alerts) {
  const kind = KINDS.find((one) => alerts.some((alert) => alert.kind === one));
  if (kind === undefined || !isOn() || audio?.state !== 'running') return;
  const sound = () => onceForAllTabs(() => play(TUNES[kind]));
  if (navigator.locks) navigator.locks.request('copilot-sound', sound);
  else sound();
}

function show() {
  const button = byId('sound');
  if (!button) return;
  button.setAttribute('aria-pressed', String(isOn()));
  const waits = isOn() && audio?.state !== 'running';
  put(button, isOn() ? (waits ? 'Sound: click to hear' : 'Sound on') : 'Sound off');
}

export function startSound() {
  const button = byId('sound');
  if (!button) return;
  show();
  onChangeElsewhere(KEY, show);
  button.addEventListener('click', async () => {
    const waits = isOn() && audio?.state !== 'running';
    remember(KEY, waits || !isOn());
    show();
    if (!isOn()) return;
    await wake();
    play(TUNES.risk);
  });
  // The button says itself what a press of it means.
  const touched = ({ target }) => target !== button && isOn() && audio?.state !== 'running' && wake();
  for (const event of ['pointerdown', 'keydown']) document.addEventListener(event, touched);
}
