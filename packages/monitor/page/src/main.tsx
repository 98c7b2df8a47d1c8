import { render } from 'preact';
import { App } from './app.jsx';
import { JobFeed } from './job-feed.js';
import './styles/base.css';
import './styles/parts.css';
import './styles/job.css';

const page = document.getElementById('page');
if (page) {
  new JobFeed().open();
  render(<App />, page);
}
