import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { routes } from '@navette/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { callRoute } from '../api/call-route.ts';
import { sessionQuery, setupQuery } from '../api/queries.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { AuthLayout } from './auth-layout.tsx';
import { isEmail, toSafeReturn } from './sign-in-rules.ts';

export function SignInPage() {
  const { t } = useI18n();
  const client = useQueryClient();
  const router = useRouter();
  const { back } = useSearch({ from: '/sign-in' });
  const setup = useQuery(setupQuery);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [checked, setChecked] = useState(false);
  const signIn = useMutation({
    mutationFn: () => callRoute(routes.signIn, { body: { email: email.trim(), password } }),
    onSuccess(session) {
      client.clear();
      client.setQueryData(sessionQuery.queryKey, session);
      router.history.push(toSafeReturn(back));
    },
    onError: () => setPassword(''),
  });
  if (setup.data?.ownerExists === false) return <Navigate to="/setup" />;

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (isEmail(email) && password !== '') signIn.mutate();
  };
  return (
    <AuthLayout title={t('signIn.title')} text={t('signIn.text')}>
      <form onSubmit={onSubmit} noValidate>
        <Stack>
          <TextInput
            label={t('session.email')}
            type="email"
            autoComplete="username"
            autoFocus
            value={email}
            error={checked && !isEmail(email) ? t('form.email') : undefined}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('session.password')}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
            value={password}
            error={checked && password === '' && !signIn.isError ? t('form.required') : undefined}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <ProblemAlert error={signIn.error} />
          <Button type="submit" size="md" loading={signIn.isPending}>
            {t('signIn.submit')}
          </Button>
        </Stack>
      </form>
    </AuthLayout>
  );
}
