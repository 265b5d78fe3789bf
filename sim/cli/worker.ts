import './seal-first.js';
import { canary } from '../../scenarios/canary.js';
import { scenarios } from '../../scenarios/index.js';
import { serveVoyages } from '../campaign/serve-voyages.js';
import { equip } from '../nemesis/equip.js';

serveVoyages([...scenarios, canary], equip);
