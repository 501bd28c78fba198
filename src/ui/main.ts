/** Mounts the app. */
import { mount } from 'svelte';
import App from './App.svelte';
import { createAutomation, type Automation, type AutomationEvent } from './automation';
import { keepOffline } from './offline/keep-offline';
import { studio } from './studio.svelte';
import './tokens.css';
import './base.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no element #app');
mount(App, { target });

declare global {
  interface Window {
    /** For a program to drive: see automation.ts. */
    rerankStudio: Automation;
    /** Set by the driving program: hears every event. */
    rerankStudioTell?: (event: AutomationEvent) => void;
  }
}

window.rerankStudio = createAutomation(studio, (event) => window.rerankStudioTell?.(event));

// After the first load, which needs the network for itself.
addEventListener('load', () => void keepOffline());
