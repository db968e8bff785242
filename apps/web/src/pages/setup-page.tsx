import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { routes } from '@navette/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { callRoute } from '../api/call-route.ts';
import { sessionQuery, setupQuery } from '../api/queries.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { AuthLayout } from './auth-layout.tsx';
import { isEmail, minPasswordLength } from './sign-in-rules.ts';

const empty = { name: '', email: '', password: '' };

/** First run: the one who installed the product becomes its owner. */
export function SetupPage() {
  const { t } = useI18n();
  const client = useQueryClient();
  const navigate = useNavigate();
  const setup = useQuery(setupQuery);
  const [values, setValues] = useState(empty);
  const [checked, setChecked] = useState(false);
  const errors = {
    name: values.name.trim() === '' ? t('form.required') : undefined,
    email: isEmail(values.email) ? undefined : t('form.email'),
    password:
      values.password.length < minPasswordLength
        ? t('form.password', { count: minPasswordLength })
        : undefined,
  };
  const create = useMutation({
    mutationFn: () => callRoute(routes.createOwner, { body: values }),
    async onSuccess(session) {
      client.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/workflows' });
    },
  });
  if (setup.data?.ownerExists && !create.isPending && !create.isSuccess) return <Navigate to="/sign-in" />;

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!errors.name && !errors.email && !errors.password) create.mutate();
  };
  const field = (name: keyof typeof empty) => ({
    value: values[name],
    error: checked ? errors[name] : undefined,
    onChange: (event: { currentTarget: HTMLInputElement }) => {
      const { value } = event.currentTarget;
      setValues((before) => ({ ...before, [name]: value }));
    },
  });
  return (
    <AuthLayout title={t('setup.title')} text={t('setup.text')}>
      <form onSubmit={onSubmit} noValidate>
        <Stack>
          <TextInput label={t('setup.name')} autoComplete="name" autoFocus {...field('name')} />
          <TextInput label={t('session.email')} type="email" autoComplete="username" {...field('email')} />
          <PasswordInput
            label={t('session.password')}
            description={t('setup.passwordHelp', { count: minPasswordLength })}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
            {...field('password')}
          />
          <ProblemAlert error={create.error} />
          <Button type="submit" size="md" loading={create.isPending}>
            {t('setup.submit')}
          </Button>
        </Stack>
      </form>
    </AuthLayout>
  );
}
