import { setMaxListeners } from 'node:events';

/** An abort controller whose signal any number may listen to: of more than ten Node.js warns, as of a leak. */
export function awaitedByMany(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
