import type { VoyageParameters } from '../kernel/parameters.js';
import type { Scenario } from '../kernel/voyage.js';
import { type Profile, profiles, profileSteering } from './profile.js';
import { parseSchedule, type Schedule, scheduleForms } from './schedule.js';

/** There is no such profile or schedule. */
export class ParameterUnknown extends Error {
  readonly code = 'PARAMETER_UNKNOWN';
  override readonly name = 'ParameterUnknown';
  constructor(what: keyof VoyageParameters, value: string, known: readonly string[]) {
    super(`there is no ${what} ${value}: want one of ${known.join(', ')}`);
  }
}

/** What steers draws and order, by name. @throws {@link ParameterUnknown} */
export function resolveParameters(parameters: VoyageParameters): {
  readonly profile: Profile | undefined;
  readonly schedule: Schedule;
} {
  const { profile: profileName, schedule: form = 'random' } = parameters;
  const profile = profiles.find(({ name }) => name === profileName);
  if (profile === undefined && profileName !== undefined) {
    const known = profiles.map(({ name }) => name);
    throw new ParameterUnknown('profile', profileName, known);
  }
  const schedule = parseSchedule(form);
  if (schedule !== undefined) return { profile, schedule };
  const known = scheduleForms.map(([knownForm]) => knownForm);
  throw new ParameterUnknown('schedule', form, known);
}

/**
 * The scenario as it is with these parameters. Nothing but its draws and the order of its events changes.
 *
 * @throws {@link ParameterUnknown}
 */
export function equip(scenario: Scenario, parameters: VoyageParameters): Scenario {
  const { profile, schedule } = resolveParameters(parameters);
  const steering = profile === undefined ? undefined : profileSteering(profile);
  return {
    ...scenario,
    sail(simulation) {
      const { tape } = simulation;
      tape.steer((label) => (schedule.benign(label) ? 'off' : steering?.(label)));
      if (schedule.makeOrder !== undefined) simulation.follow(schedule.makeOrder(tape));
      scenario.sail(simulation);
    },
  };
}
