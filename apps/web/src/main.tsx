import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './theme/global.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { loadCatalogue } from './i18n/catalogue.ts';
import { loadLocale } from './i18n/locale.ts';

const catalogue = await loadCatalogue(loadLocale());

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App catalogue={catalogue} />
  </StrictMode>,
);
