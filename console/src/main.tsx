import '@mantine/core/styles.css';
import './global.css';
import './i18n';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { queryClient } from './api';
import { createRouter } from './router';
import { styleNonce } from './style-nonce';
import { colorSchemeManager, theme, themeVariables } from './theme';
import { LiveRegion } from './ui/live-region';
import { Toasts } from './ui/toasts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={themeVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={createRouter()} />
      </QueryClientProvider>
      <Toasts />
      <LiveRegion />
    </MantineProvider>
  </StrictMode>,
);
