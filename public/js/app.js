// Keeps what only a browser can keep: the clock, ages, the connection's state, focus, copying and toasts. It decides nothing.

import { startAlertFilter } from './alerts-filter.js';
import { startAlertNews } from './alerts-news.js';
import { startConnection } from './connection.js';
import { startCopy } from './copy.js';
import { startCovered } from './covered.js';
import { startFlash } from './flash.js';
import { startForms } from './forms.js';
import { startKeys } from './keys.js';
import { startClock, tick } from './market-clock.js';
import { onMessage, startMessages } from './messages.js';
import { startNotify } from './notify.js';
import { startPopups } from './popups.js';
import { startRefresh } from './refresh.js';
import { startSound } from './sound.js';
import { startStream } from './stream.js';
import { startTitle } from './title.js';
import { startToasts } from './toasts.js';

document.documentElement.dataset.js = '';
startClock();
startMessages();
startToasts();
startConnection();
startStream();
startTitle();
startAlertNews();
startAlertFilter();
startSound();
startNotify();
startRefresh();
startCopy();
startFlash();
startForms();
startPopups();
startKeys();
startCovered();
// New text carries the server's second; the browser's goes on from there.
onMessage(tick);
