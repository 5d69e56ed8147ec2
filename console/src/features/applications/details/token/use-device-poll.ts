import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../../api';
import { type ApiProblem, toProblem } from '../../../../problem';
import { announce } from '../../../../ui/live-region';
import { refreshAfterToken } from '../users/queries';
import type { StartedDevice } from './device-start-step';
import type { Issued } from './result';

/** Seconds that `slow_down` adds to the interval (RFC 8628 §3.5). */
const slowDown = 5;

/** Asks for the tokens of a device as often as it may, until they are there or are refused. `onIssued` is stable. */
export function useDevicePoll(applicationId: string, device: StartedDevice, onIssued: (issued: Issued) => void) {
  const { t } = useTranslation('application-details');
  const [phase, setPhase] = useState<'waiting' | 'stopped' | 'done'>('waiting');
  const [asked, setAsked] = useState(0);
  const [answer, setAnswer] = useState<string | null>(null);
  const [nextAt, setNextAt] = useState(() => Date.now() + device.interval * 1000);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const waiting = phase === 'waiting';

  useEffect(() => {
    if (!waiting) return;
    let left = false;
    let { interval } = device;
    let timer = wait();

    function wait() {
      setNextAt(Date.now() + interval * 1000);
      return setTimeout(ask, interval * 1000);
    }

    async function ask() {
      try {
        const body = { deviceCode: device.deviceCode };
        const { data } = await call('labDeviceToken', { params: { id: applicationId }, body });
        if (left) return;
        setAsked((count) => count + 1);
        setAnswer(data.pending);
        if (data.token === null) {
          if (data.pending === 'slow_down') interval += slowDown;
          timer = wait();
          return;
        }
        setPhase('done');
        onIssued({ token: data.token, traces: [device.trace, data.trace], at: Date.now() });
        announce(t('token.issued'));
        refreshAfterToken(applicationId);
      } catch (error) {
        if (left) return;
        setPhase('stopped');
        setProblem(toProblem(error));
      }
    }

    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [applicationId, device, onIssued, waiting, t]);

  function retry() {
    setProblem(null);
    setPhase('waiting');
  }

  return { phase, asked, answer, nextAt, retry, run: { problem, clear: retry } };
}
