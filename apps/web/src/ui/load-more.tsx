import { Button, Center } from '@mantine/core';
import { useI18n } from '../i18n/i18n.tsx';

interface LoadMoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): unknown };
}

export function LoadMore({ query }: LoadMoreProps) {
  const { t } = useI18n();
  if (!query.hasNextPage) return null;
  return (
    <Center p="sm" style={{ borderTop: '1px solid var(--navette-border)' }}>
      <Button variant="subtle" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
        {t('common.loadMore')}
      </Button>
    </Center>
  );
}
