import { describe, expect, test, vi } from 'vitest';
import { sail } from '../../../sim/kernel/voyage.js';
import { bothDrains, sailProgram, scenarioOf } from './voyages.js';

const listenerCounts = (): readonly number[] => [
  process.listenerCount('unhandledRejection'),
  process.listenerCount('uncaughtException'),
];

function reject(message: string): Promise<never> {
  return Promise.reject(new Error(message));
}

for (const [name, drain] of bothDrains()) {
  describe(`under the ${name} drain`, () => {
    const strays: Readonly<Record<string, () => Promise<void> | void>> = {
      'a floating rejection': () => {
        void reject('stray');
      },
      'a floating rejection after ten awaits': () => {
        void (async () => {
          for (let hop = 0; hop < 10; hop += 1) await Promise.resolve();
          throw new Error('stray');
        })();
      },
      'an exception of a microtask': () => queueMicrotask(() => expect.unreachable('stray')),
      'an exception of an event listener': () => {
        const target = new EventTarget();
        target.addEventListener('rung', () => {
          throw new Error('stray');
        });
        target.dispatchEvent(new Event('rung'));
      },
      'an exception of an abort listener': () => {
        const controller = new AbortController();
        controller.signal.addEventListener('abort', () => {
          throw new Error('stray');
        });
        controller.abort();
      },
      'a program that throws': () => {
        throw new Error('stray');
      },
      'a program that rejects': () => reject('stray'),
    };

    for (const [what, stray] of Object.entries(strays)) {
      test(`${what} fails the run, in its own event`, async () => {
        const before = listenerCounts();
        const verdict = await sailProgram(async (life, simulation) => {
          simulation.schedule(3, () => simulation.trace.emit({ kind: 'test.next-event', node: 'sea' }));
          await life.sleep(2);
          await stray();
          await life.sleep(1);
        }, drain);
        expect(verdict.end).toBe('violation');
        expect(verdict.violation).toMatchObject({ invariant: 'nothing-uncaught', subject: 'alone' });
        expect(verdict.violation?.message).toContain('stray');
        expect(verdict.violation?.stack).toContain('strays.test');
        expect(verdict.virtualMs).toBe(2);
        expect(verdict.trace.map(({ event }) => event.kind)).toEqual(['process.started', 'violation']);
        expect(listenerCounts()).toEqual(before);
      });
    }

    test('a rejection that is handled in a later event was unhandled when its own ended', async () => {
      const verdict = await sailProgram(async (life) => {
        const doomed = reject('handled too late');
        await life.sleep(1);
        await doomed.catch(() => {});
      }, drain);
      expect(verdict.violation).toMatchObject({ invariant: 'nothing-uncaught', subject: 'alone' });
      expect(verdict.virtualMs).toBe(0);
    });

    test('a rejection that is handled within its event is nobody else\u2019s business', async () => {
      const verdict = await sailProgram(async (life) => {
        const doomed = reject('handled in time');
        for (let hop = 0; hop < 10; hop += 1) await Promise.resolve();
        await doomed.catch(() => {});
        await life.sleep(1);
      }, drain);
      expect(verdict.violation).toBeUndefined();
      expect(verdict.checks.get('nothing-uncaught')).toBe(1);
    });

    test('what the dead throw counts for nothing', async () => {
      const verdict = await sailProgram((life) => {
        void (async () => {
          await life.sleep(1);
          life.process.crash('test');
          void reject('floating from the dead');
          throw new Error('thrown by the dead');
        })();
      }, drain);
      expect(verdict.violation).toBeUndefined();
      expect(verdict.end).toBe('idle');
    });

    test('an event action that throws fails the run, and the run ends there', async () => {
      const scenario = scenarioOf((simulation) => {
        simulation.schedule(5, () => {
          throw new RangeError('thrown by an action');
        });
        simulation.schedule(6, () => simulation.trace.emit({ kind: 'test.later', node: 'sea' }));
      });
      const verdict = await sail(scenario, { seed: 1 }, { record: true, drain });
      expect(verdict.violation).toMatchObject({
        invariant: 'nothing-uncaught',
        subject: 'sea',
        message: 'RangeError: thrown by an action',
      });
      expect(verdict.virtualMs).toBe(5);
      expect(verdict.trace.map(({ event }) => event.kind)).toEqual(['violation']);
    });

    test('a stray of one run never reaches the next, nor a run beside it', async () => {
      const stray = sailProgram(async (life) => {
        await life.sleep(1);
        void reject('stray');
      }, drain);
      const beside = sailProgram((life) => life.sleep(10), drain);
      expect((await stray).violation?.invariant).toBe('nothing-uncaught');
      expect((await beside).violation).toBeUndefined();
      expect((await sailProgram((life) => life.sleep(1), drain)).violation).toBeUndefined();
    });

    test('what a set-up or a judge throws is the harness\u2019s own error, and is thrown to the caller', async () => {
      const setUp = scenarioOf(() => {
        throw new Error('broken set-up');
      });
      await expect(sail(setUp, { seed: 1 }, { record: false, drain })).rejects.toThrow('broken set-up');
      const judge = scenarioOf((simulation) =>
        simulation.atQuiescence(() => {
          throw new Error('broken judge');
        }),
      );
      await expect(sail(judge, { seed: 1 }, { record: false, drain })).rejects.toThrow('broken judge');
    });
  });
}

test('something thrown that is no error is described without looking into it', async () => {
  const verdict = await sailProgram(() => {
    // oxlint-disable-next-line typescript/only-throw-error -- that others throw anything is what is tested
    throw { toString: () => expect.unreachable() };
  });
  expect(verdict.violation?.message).toBe('a thrown object');
});

test('what code under test prints comes out after its slice, in order', async () => {
  const printed: unknown[] = [];
  // oxlint-disable-next-line no-console -- how the console is kept is what is tested
  const terminal = console;
  const spy = vi.spyOn(terminal, 'log').mockImplementation((...args: unknown[]) => {
    printed.push(...args);
  });
  const verdict = await sailProgram(async (life) => {
    terminal.log('first %s', 'line', { of: 'two' });
    await life.sleep(1);
    terminal.log('second');
    expect(printed).toEqual([]);
  });
  spy.mockRestore();
  expect(verdict.violation).toBeUndefined();
  expect(printed).toEqual(["first line { of: 'two' }", 'second']);
});
