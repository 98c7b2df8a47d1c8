/** The image of the jobs that are measured; it has `sleep` and `true`. */
export const IMAGE = process.env.DOCKER_TRACKER_IMAGE ?? 'docker-tracker/busybox:test';
