import './style.css';

// Set last, so that tests and the loading state know when the page is ready.
document.documentElement.dataset.ready = 'true';
