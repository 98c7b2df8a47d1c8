/** Session of a job; shared with the Go tracker. */
export const SESSION_LABEL = 'drmaa2_jobsession';
/** The whole template, see encodeTemplateLabel; shared with the Go tracker. */
export const TEMPLATE_LABEL = 'drmaa2jobtemplate';
/** jobName as given; the container's name is derived from it. */
export const JOB_NAME_LABEL = 'drmaa2_jobname';
/** Random key that the tasks of one array have in common. */
export const ARRAY_KEY_LABEL = 'drmaa2_arraykey';
/** Index of a task in its array, decimal. */
export const TASK_ID_LABEL = 'drmaa2_taskid';
/** Number of tasks of the array, decimal. */
export const ARRAY_COUNT_LABEL = 'drmaa2_arraycount';
/** Present on a container whose start is decided by a tracker: a created one is queued, see the job states. */
export const DISPATCH_LABEL = 'drmaa2_dispatch';
/** Ours: the host that submitted the job. */
export const SUBMISSION_MACHINE_LABEL = 'drmaa2_submissionmachine';
/** Ours: queueName as given. An engine has no queues; people and reports have. */
export const QUEUE_LABEL = 'drmaa2_queuename';
/** Ours: accountingString as given. */
export const ACCOUNTING_LABEL = 'drmaa2_accountingid';
/** Ours: seconds that a run may take, decimal; any tracker of the session ends it then. */
export const WALLCLOCK_LABEL = 'drmaa2_wallclocklimit';
/** Ours: seconds of CPU time that all processes of a run may use together, decimal; any tracker of the session ends it then. */
export const CPU_TIME_LABEL = 'drmaa2_cputimelimit';
/** Ours: the moment at which a job that has not ended is ended, RFC 3339. */
export const DEADLINE_LABEL = 'drmaa2_deadlinetime';
/** Ours: priority as given, decimal: waiting jobs of a higher one are started first. Absent: 0. */
export const PRIORITY_LABEL = 'drmaa2_priority';
/** Ours: seconds after its end at which a job is removed, decimal. */
export const TTL_LABEL = 'drmaa2_ttl';
/** Ours: files of the submitting host that the job's output and results go to, see FilePlan. */
export const FILES_LABEL = 'drmaa2_files';
/** Ours: who holds the connection to the job's standard input, see InputHolder; absent: it has none. */
export const INPUT_LABEL = 'drmaa2_inputholder';
/** Most tasks of the array that may run at once, decimal; absent: all. */
export const MAX_PARALLEL_LABEL = 'drmaa2_maxparallel';
/** A queued job is not started before this moment, RFC 3339. */
export const START_TIME_LABEL = 'drmaa2_starttime';
