import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import '../../texts/application-details';
import { NotFoundPage } from '../../ui/not-found-page';
import { QueryGate } from '../../ui/query-gate';
import { suiteOptionsQuery, suiteQuery } from '../suites/queries';
import { KeysOfSuite } from './keys-of-suite';
import '../../texts/keys';

/** Keys: those of the suite that the URL names, else of the first that is not built in. */
export function KeysPage() {
  const { t } = useTranslation(['keys', 'suites']);
  const [params, setParams] = useSearchParams();
  const named = params.get('suite');
  const suites = useQuery({ ...suiteOptionsQuery, enabled: named === null });
  if (named !== null) return <ChosenSuite id={named} onChoose={choose} />;
  return (
    <QueryGate query={suites}>
      {({ items }) => {
        const first = items.find((suite) => !suite.builtIn) ?? items[0];
        return first ? <KeysOfSuite key={first.id} suite={first} onChoose={choose} /> : t('noSuite');
      }}
    </QueryGate>
  );

  function choose(suite: string) {
    setParams({ suite });
  }
}

function ChosenSuite({ id, onChoose }: { id: string; onChoose: (id: string) => void }) {
  const { t } = useTranslation(['keys', 'suites']);
  const query = useQuery(suiteQuery(id));
  return (
    <QueryGate query={query} notFound={<NotFoundPage thing={t('suites:one')} backLabel={t('title')} backTo="/keys" />}>
      {(suite) => <KeysOfSuite key={suite.id} suite={suite} onChoose={onChoose} />}
    </QueryGate>
  );
}
